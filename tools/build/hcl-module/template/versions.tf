terraform {
  # 1.9 is what the variables' rules need, which look at other variables; 1.11 is the oldest release that is tested.
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source = "hashicorp/aws"
      # 6.25 is the release whose schema the module is written against; a new major release changes arguments.
      version = ">= 6.25, < 7.0"
    }
  }
}
