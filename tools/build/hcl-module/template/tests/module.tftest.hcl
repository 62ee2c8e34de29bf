# Plans the module without an account: every value of AWS is made up. Needs the provider's schema, not its credentials.

mock_provider "aws" {
  # Made up at plan already: an apply would have to destroy again what must not be destroyed.
  override_during = plan

  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_region" {
    defaults = { region = "eu-central-1" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:eu-central-1:123456789012:key/0b5b3b4e-6f2a-4a51-9f0c-5f0f6f2d9b11" }
  }
  mock_resource "aws_cloudwatch_event_rule" {
    defaults = { arn = "arn:aws:events:eu-central-1:123456789012:rule/rule" }
  }
  mock_resource "aws_cloudwatch_event_bus" {
    defaults = { arn = "arn:aws:events:eu-central-1:123456789012:event-bus/bus" }
  }
  mock_resource "aws_cloudwatch_metric_alarm" {
    defaults = { arn = "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:alarm" }
  }
  mock_resource "aws_sqs_queue" {
    defaults = { arn = "arn:aws:sqs:eu-central-1:123456789012:queue" }
  }
  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:eu-central-1:123456789012:function:function" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/role" }
  }
  mock_resource "aws_iam_policy" {
    defaults = { arn = "arn:aws:iam::123456789012:policy/policy" }
  }
  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::archive" }
  }
  mock_resource "aws_secretsmanager_secret" {
    defaults = { arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:token-AbCdEf" }
  }
}

variables {
  genesys_region    = "mypurecloud.de"
  event_source_name = "aws.partner/genesys.com/cloud/7f1c9a34-3d1b-4b0e-8a55-2f6d0c9e4b18/voicemail"
  queue_ids         = ["2b6f0cc9-04d1-4c1d-8f3a-9a1f5f0b7c3e"]
  retention_days    = 365
}

run "smallest" {
  command = plan

  assert {
    condition     = length(aws_cloudwatch_event_rule.events_rule) == 1
    error_message = "One list of up to 40 queues is one rule."
  }

  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.events_rule[0].event_pattern).detail.eventBody == { queueId = [var.queue_ids[0]] }
    error_message = "The rule picks the wanted queues and filters by nothing else."
  }

  assert {
    condition     = [for policy in [aws_iam_policy.move_policy, aws_iam_policy.refresh_policy] : can(jsondecode(policy.policy).Statement[0].Sid)] == [true, true]
    error_message = "The policies are JSON."
  }

  assert {
    condition     = can(jsondecode(aws_cloudwatch_dashboard.observability_dashboard.dashboard_body).widgets[0])
    error_message = "The dashboard is JSON."
  }

  assert {
    condition     = aws_lambda_function.move_function.environment[0].variables["QUEUE_IDS"] == "2b6f0cc9-04d1-4c1d-8f3a-9a1f5f0b7c3e"
    error_message = "The function knows the queues."
  }
}

run "every_option" {
  command = plan

  variables {
    queue_ids                = [for number in range(41) : format("00000000-0000-4000-8000-%012d", number)]
    group_ids                = ["0b5b3b4e-6f2a-4a51-9f0c-5f0f6f2d9b11"]
    division_ids             = ["1b5b3b4e-6f2a-4a51-9f0c-5f0f6f2d9b11"]
    minimum_duration_ms      = 1000
    object_tags              = { team = "care" }
    transitions              = [{ days = 30, storage_class = "GLACIER_IR" }]
    access_log_bucket_name   = "central-logs"
    event_archive_days       = 14
    vpc_subnet_ids           = ["subnet-0123456789abcdef0"]
    vpc_security_group_ids   = ["sg-0123456789abcdef0"]
    alarm_actions            = ["arn:aws:sns:eu-central-1:123456789012:operators"]
    permissions_boundary_arn = "arn:aws:iam::123456789012:policy/boundary"
    tags                     = { team = "care" }
  }

  assert {
    condition     = length(aws_cloudwatch_event_rule.events_rule) == 2 && length(aws_cloudwatch_event_archive.events_archive) == 2
    error_message = "Ids of divisions leave room for 30 queues in a rule, and each rule has its archive."
  }

  assert {
    condition     = [for alarm in aws_cloudwatch_metric_alarm.observability_event_lost : alarm.dimensions["RuleName"]] == aws_cloudwatch_event_rule.events_rule[*].name
    error_message = "Each rule has its alarm on events that are lost."
  }

  assert {
    condition     = length(aws_lambda_function.move_function.vpc_config) == 1
    error_message = "The function runs in the VPC."
  }

  assert {
    condition     = contains(jsondecode(aws_iam_policy.move_policy.policy).Statement[*].Sid, "PlaceInNetwork")
    error_message = "The role may place the function there."
  }
}

run "what_exists" {
  command = plan

  variables {
    event_source_name       = null
    existing_event_bus_name = "aws.partner/genesys.com/cloud/7f1c9a34-3d1b-4b0e-8a55-2f6d0c9e4b18/voicemail"
    existing_key_arn        = "arn:aws:kms:eu-central-1:123456789012:key/1b5b3b4e-6f2a-4a51-9f0c-5f0f6f2d9b11"
    existing_secret_arn     = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:ours-AbCdEf"
    existing_bucket_name    = "our-archive"
    retention_days          = null
  }

  assert {
    condition     = length(aws_s3_bucket.archive_bucket) + length(aws_kms_key.encryption_key) + length(aws_secretsmanager_secret.token_secret) + length(aws_cloudwatch_event_bus.events_bus) == 0
    error_message = "What exists is not made again."
  }

  assert {
    condition     = output.bucket_arn == "arn:aws:s3:::our-archive" && output.key_arn == var.existing_key_arn
    error_message = "The outputs tell what exists."
  }
}

run "fails_without_a_decision_about_the_retention" {
  command = plan

  variables {
    retention_days = null
  }

  expect_failures = [var.retention_days]
}

run "fails_with_queues_that_are_included_and_excluded" {
  command = plan

  variables {
    excluded_queue_ids = ["0b5b3b4e-6f2a-4a51-9f0c-5f0f6f2d9b11"]
  }

  expect_failures = [var.excluded_queue_ids]
}

run "warns_without_a_list_to_reconcile" {
  command = plan

  variables {
    queue_ids = []
  }

  expect_failures = [check.queues_are_reconciled]
}
