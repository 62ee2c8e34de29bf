# A deployment that also makes the Genesys side: the integration that sends the events, the role and the OAuth client of
# the service user. What no Terraform step can do is the first login of that user; see the project's README.

terraform {
  required_version = ">= 1.10"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.25, < 7.0"
    }
    genesyscloud = {
      source  = "mypurecloud/genesyscloud"
      version = "~> 1.84"
    }
  }
}

provider "aws" {
  region              = var.aws_region
  allowed_account_ids = [var.aws_account_id]
}

# Takes GENESYSCLOUD_OAUTHCLIENT_ID and GENESYSCLOUD_OAUTHCLIENT_SECRET, a client credentials client of its own.
provider "genesyscloud" {
  aws_region = var.genesys_aws_region
}

variable "aws_account_id" {
  description = "The AWS account that receives the events and holds the archive."
  type        = string
}

variable "aws_region" {
  description = "The AWS region of everything, the partner event bus included."
  type        = string
  default     = "eu-central-1"
}

variable "genesys_aws_region" {
  description = "AWS region of the Genesys Cloud organization."
  type        = string
  default     = "eu-central-1"
}

variable "queue_names" {
  description = "Names of the Genesys queues whose voicemail is moved."
  type        = set(string)
}

variable "service_user_id" {
  description = "Id of the Genesys user that the client acts for: a user of its own, with no other role."
  type        = string
}

variable "redirect_uri" {
  description = "Where Genesys sends the code of the first login."
  type        = string
  default     = "http://127.0.0.1:8765/callback"
}

variable "client_secret_folder" {
  description = "Folder on the machine that applies; it receives the OAuth client's secret, once."
  type        = string
  default     = "~/.genesys-voicemail"
}

locals {
  # Read from the integration, so that the bus is made after it. With depends_on on the module instead, each later change of
  # the integration would leave the account's id unknown while Terraform plans, and the bucket would have to be replaced.
  event_source_suffix = jsondecode(genesyscloud_integration.events.config[0].properties).eventSourceSuffix
}

data "genesyscloud_organizations_me" "current" {}

data "genesyscloud_routing_queue" "wanted" {
  for_each = var.queue_names

  name = each.value
}

resource "genesyscloud_integration" "events" {
  integration_type = "amazon-eventbridge-source"
  intended_state   = "ENABLED"

  config {
    name = "Voicemail events"
    properties = jsonencode({
      eventSourceSuffix = "voicemail"
      awsAccountId      = var.aws_account_id
      awsAccountRegion  = var.aws_region
      eventFilter       = ["v2.detail.events.conversation.{id}.voicemail.end"]
    })
    advanced    = jsonencode({})
    credentials = {}
  }
}

# The names of the permissions are those of the user interface; Genesys' own documents disagree about their letter case,
# so compare with Admin > Roles where the provider refuses one.
resource "genesyscloud_auth_role" "voicemail_mover" {
  name        = "Voicemail mover"
  description = "Reads the voicemail of queues"

  permission_policies {
    domain      = "voicemail"
    entity_name = "acdvoicemail"
    action_set  = ["view"]
  }

  permission_policies {
    domain      = "conversation"
    entity_name = "communication"
    action_set  = ["view"]
  }
}

# Replaces every role that the user has.
resource "genesyscloud_user_roles" "voicemail_mover" {
  user_id = var.service_user_id

  roles {
    role_id = genesyscloud_auth_role.voicemail_mover.id
  }
}

# Genesys Cloud shows a client's secret once, when it makes the client. The provider writes it into a file of the machine that
# applies, <client_secret_folder>/<client id>, and not into the state; expose_client_secret would put it there. The first login
# takes it from the file, which nobody needs afterwards:
#
#   id=$(terraform output -raw oauth_client_id)
#   jq -n --arg id "$id" --rawfile secret ~/.genesys-voicemail/"$id" '{clientId: $id, clientSecret: $secret}' |
#     npx genesys-voicemail-to-s3@0.1.0 authorize --client-from-stdin && rm ~/.genesys-voicemail/"$id"
#
# Where the apply ran on another machine, or the file is lost, reset the secret under Admin > Integrations > OAuth: that shows
# a new one, once. The provider (1.84.1) gives everybody on the machine the right to read the file, so keep the folder to
# yourself: mkdir -m 700 ~/.genesys-voicemail before the first apply.
#
# The scopes are those of the default options: delete_after_store and mark_read_after_store need "voicemail", and
# disconnect_after_store "conversations".
resource "genesyscloud_oauth_client" "voicemail_mover" {
  name                          = "Voicemail mover"
  description                   = "Moves voicemail into an S3 bucket"
  authorized_grant_type         = "CODE"
  access_token_validity_seconds = 86400
  registered_redirect_uris      = [var.redirect_uri]
  scopes                        = ["voicemail:readonly", "conversations:readonly"]
  state                         = "active"
  directory_client_secret       = var.client_secret_folder
}

# The event source appears a while after the integration is enabled. Where the first apply is too early, apply again.
module "voicemail" {
  source = "../../dist/terraform-module"

  genesys_region    = var.genesys_aws_region
  event_source_name = "aws.partner/genesys.com/cloud/${data.genesyscloud_organizations_me.current.id}/${local.event_source_suffix}"
  queue_ids         = [for name in sort(var.queue_names) : data.genesyscloud_routing_queue.wanted[name].id]
  retention_days    = 365
}

# All that the operator commands need: terraform output -json > outputs.json
output "voicemail" {
  description = "Names and ARNs of what the module made."
  value       = module.voicemail
}

output "oauth_client_id" {
  description = "Id of the OAuth client, for the first login."
  value       = genesyscloud_oauth_client.voicemail_mover.client_id
}
