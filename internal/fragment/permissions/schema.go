// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package permissions is the arguments that say what an ECS task, and what ECS itself to start one, may do: their schemas
// and their ways to pattern's types. Every resource and data source about ECS takes them from here.
package permissions

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Description explains the permissions argument wherever it stands.
const Description = "What the code in the task may do, by the resources that it uses: each attribute takes the ARNs of what it is named after, and gives the actions that an application " +
	"calls on them, and none that manage them. A wildcard may end a name, such as `orders-*`, and never stands for all names."

// Attribute is the argument permissions. It is required where a policy without it would be empty.
func Attribute(required bool) schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Required: required, Optional: !required,
		MarkdownDescription: Description,
		Attributes:          attributes(),
	}
}

func attributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"sqs_send":    arns("Queues to send messages to, such as `[\"arn:aws:sqs:eu-west-1:111111111111:orders\"]`."),
		"sqs_receive": arns("Queues to receive messages from and to delete them when they are done, such as `[\"arn:aws:sqs:eu-west-1:111111111111:orders\"]`."),
		"dynamodb_read": arns("Tables to read items from, such as `[\"arn:aws:dynamodb:eu-west-1:111111111111:table/orders\"]`. Their indexes are queried too. " +
			"`PartiQLSelect` isn't given."),
		"dynamodb_write": arns("Tables to put, update and delete items in, such as `[\"arn:aws:dynamodb:eu-west-1:111111111111:table/orders\"]`."),
		"dax": arns("Clusters of DynamoDB Accelerator to read and write items through, such as `[\"arn:aws:dax:eu-west-1:111111111111:cache/orders\"]`. " +
			"The cluster's own role says which tables, and whether they can be written."),
		"s3_read": arns("Buckets, or objects in them, to get and list, such as `[\"arn:aws:s3:::orders-data/reports/*\"]`. The bucket's own ARN is derived; of a part of a bucket only that part is listed."),
		"s3_write": arns("Buckets, or objects in them, to put, in parts too, such as `[\"arn:aws:s3:::orders-data/uploads/*\"]`. " +
			"Deletion isn't given: name `s3:DeleteObject` in `statements` for it."),
		"rds_connect": arns("Users of databases to log in as with IAM, such as `[\"arn:aws:rds-db:eu-west-1:111111111111:dbuser:db-ABCDEFGHIJKL01234/app\"]`: " +
			"the resource id of an instance, cluster or proxy, and the user's name."),
		"rds_describe": arns("Database instances and clusters to describe, such as `[\"arn:aws:rds:eu-west-1:111111111111:db:orders\"]`."),
		"elasticache_connect": arns("Replication groups and serverless caches together with the users to log in as, such as " +
			"`[\"arn:aws:elasticache:eu-west-1:111111111111:replicationgroup:sessions\", \"arn:aws:elasticache:eu-west-1:111111111111:user:web\"]`. It takes at least one of each."),
		"elasticache_describe": arns("Replication groups, serverless caches and cache clusters to describe, such as `[\"arn:aws:elasticache:eu-west-1:111111111111:replicationgroup:sessions\"]`."),
		"ssm_parameters": arns("Parameters to get, such as `[\"arn:aws:ssm:eu-west-1:111111111111:parameter/orders/*\"]`. One that ends in `/*` can be read as a path too; " +
			"another can't, since a path gives all that is below it."),
		"ecs_exec": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Whether ECS Exec may open a shell in the task, such as `true`. Left out, it may not. Who may open one is for their own policies (`ecs:ExecuteCommand`).",
		},
		"cloudformation_read": arns("Stacks to describe, such as `[\"arn:aws:cloudformation:eu-west-1:111111111111:stack/orders\"]`, with their id or without."),
		"cloudwatch_metrics": schema.SetAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Namespaces to put metrics into, such as `[\"Orders\"]`.",
			Validators:          []validator.Set{setvalidator.NoNullValues()},
		},
		"logs_write": arns("Log groups to write streams in, such as `[\"arn:aws:logs:eu-west-1:111111111111:log-group:/ecs/orders\"]`. " +
			"What the container prints is written with the execution role; this is for code that calls CloudWatch Logs itself."),
		"kms_key_arns": arns("Customer managed keys that encrypt the above, such as `[\"arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab\"]`. They can be used only by way of " +
			"the services that are (`kms:ViaService`): to decrypt, and to make data keys for `sqs_send` and `s3_write`."),
		"statements": statements(),
	}
}

func statements() schema.ListNestedAttribute {
	return schema.ListNestedAttribute{
		Optional:   true,
		Validators: []validator.List{listvalidator.NoNullValues()},
		MarkdownDescription: "Statements for the rest, written by hand: `[{ actions = [\"sns:Publish\"], resources = [\"arn:aws:sns:eu-west-1:111111111111:orders\"] }]`. " +
			"Every action of a service, such as `sns:*`, isn't taken.",
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"sid": schema.StringAttribute{
				Optional:            true,
				Validators:          []validator.String{stringvalidator.LengthBetween(1, 512)},
				MarkdownDescription: "Name of the statement in letters and digits, such as `Publish`.",
			},
			"effect": schema.StringAttribute{
				Optional:            true,
				Validators:          []validator.String{stringvalidator.OneOf("Allow", "Deny")},
				MarkdownDescription: "`Allow` (the default) or `Deny`.",
			},
			"actions": schema.SetAttribute{
				Required: true, ElementType: types.StringType,
				MarkdownDescription: "Actions, such as `[\"sns:Publish\"]`.",
				Validators:          []validator.Set{setvalidator.NoNullValues()},
			},
			"resources": schema.SetAttribute{
				Required: true, ElementType: types.StringType,
				MarkdownDescription: "ARNs that the actions are on, such as `[\"arn:aws:sns:eu-west-1:111111111111:orders\"]`; `[\"*\"]` only for actions that know no resource.",
				Validators:          []validator.Set{setvalidator.NoNullValues()},
			},
			"conditions": schema.ListNestedAttribute{
				Optional:            true,
				Validators:          []validator.List{listvalidator.NoNullValues()},
				MarkdownDescription: "Conditions, all of which must hold: `[{ test = \"StringEquals\", variable = \"aws:RequestedRegion\", values = [\"eu-west-1\"] }]`.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"test": schema.StringAttribute{
						Required:            true,
						MarkdownDescription: "Condition operator of IAM, such as `StringEquals`.",
					},
					"variable": schema.StringAttribute{
						Required:            true,
						MarkdownDescription: "Condition key, such as `aws:RequestedRegion`.",
					},
					"values": schema.SetAttribute{
						Required: true, ElementType: types.StringType,
						MarkdownDescription: "Values of which one is enough, such as `[\"eu-west-1\"]`.",
						Validators:          []validator.Set{setvalidator.NoNullValues()},
					},
				}},
			},
		}},
	}
}

func arns(description string) schema.SetAttribute {
	return schema.SetAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: description, Validators: []validator.Set{setvalidator.NoNullValues()}}
}

// ObjectType is the type of the argument permissions.
func ObjectType() types.ObjectType {
	object, ok := Attribute(true).GetType().(types.ObjectType)
	if !ok {
		panic("a nested attribute has an object type")
	}
	return object
}
