# A deployment from plain Terraform. The partner event source has to be there: the Amazon EventBridge integration of the
# Genesys Cloud organization makes it.

terraform {
  required_version = ">= 1.10"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.25, < 7.0"
    }
  }
}

provider "aws" {
  region              = "eu-central-1"
  allowed_account_ids = ["123456789012"]
}

module "voicemail" {
  # Of a release: the archive that is attached to it. Here, what `npm run build:module` writes.
  source = "../../dist/terraform-module"

  genesys_region    = "mypurecloud.de"
  event_source_name = "aws.partner/genesys.com/cloud/7f1c9a34-3d1b-4b0e-8a55-2f6d0c9e4b18/voicemail"
  queue_ids         = ["2b6f0cc9-04d1-4c1d-8f3a-9a1f5f0b7c3e"]
  retention_days    = 365

  alarm_actions = ["arn:aws:sns:eu-central-1:123456789012:operators"]
  tags          = { project = "genesys-voicemail-to-s3" }
}

# All that the operator commands need: terraform output -json > outputs.json
output "voicemail" {
  description = "Names and ARNs of what the module made."
  value       = module.voicemail
}
