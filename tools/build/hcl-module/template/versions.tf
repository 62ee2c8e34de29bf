terraform {
  # 1.9 is what the variables' rules need, which look at other variables; 1.10 is the oldest OpenTofu that takes them too.
  required_version = ">= 1.10"

  required_providers {
    aws = {
      source = "hashicorp/aws"
      # 6.25 is the release whose schema the module is written against; a new major release changes arguments.
      version = ">= 6.25, < 7.0"
    }
  }
}
