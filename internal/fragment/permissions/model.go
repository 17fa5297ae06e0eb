// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package permissions

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

type model struct {
	SQSSend             types.Set  `tfsdk:"sqs_send"`
	SQSReceive          types.Set  `tfsdk:"sqs_receive"`
	DynamoDBRead        types.Set  `tfsdk:"dynamodb_read"`
	DynamoDBWrite       types.Set  `tfsdk:"dynamodb_write"`
	DAX                 types.Set  `tfsdk:"dax"`
	S3Read              types.Set  `tfsdk:"s3_read"`
	S3Write             types.Set  `tfsdk:"s3_write"`
	RDSConnect          types.Set  `tfsdk:"rds_connect"`
	RDSDescribe         types.Set  `tfsdk:"rds_describe"`
	ElastiCacheConnect  types.Set  `tfsdk:"elasticache_connect"`
	ElastiCacheDescribe types.Set  `tfsdk:"elasticache_describe"`
	SSMParameters       types.Set  `tfsdk:"ssm_parameters"`
	ECSExec             types.Bool `tfsdk:"ecs_exec"`
	CloudFormationRead  types.Set  `tfsdk:"cloudformation_read"`
	CloudWatchMetrics   types.Set  `tfsdk:"cloudwatch_metrics"`
	LogsWrite           types.Set  `tfsdk:"logs_write"`
	KMSKeyARNs          types.Set  `tfsdk:"kms_key_arns"`
	Statements          types.List `tfsdk:"statements"`
}

type statementModel struct {
	Sid        types.String `tfsdk:"sid"`
	Effect     types.String `tfsdk:"effect"`
	Actions    types.Set    `tfsdk:"actions"`
	Resources  types.Set    `tfsdk:"resources"`
	Conditions types.List   `tfsdk:"conditions"`
}

type conditionModel struct {
	Test     types.String `tfsdk:"test"`
	Variable types.String `tfsdk:"variable"`
	Values   types.Set    `tfsdk:"values"`
}

// Expand reads the argument permissions, and tells whether all of it is known. What isn't known yet is left out, and the
// permissions are marked incomplete. Null gives permissions that hold nothing.
func Expand(ctx context.Context, value types.Object, diags *diag.Diagnostics) (permissions pattern.ECSPermissions, known bool) {
	var r reader
	if !r.has(value) {
		return pattern.ECSPermissions{Incomplete: r.incomplete}, !r.incomplete
	}
	var m model
	diags.Append(value.As(ctx, &m, basetypes.ObjectAsOptions{})...)
	r.incomplete = m.ECSExec.IsUnknown()
	permissions = pattern.ECSPermissions{
		SQSSend: r.strings(m.SQSSend), SQSReceive: r.strings(m.SQSReceive),
		DynamoDBRead: r.strings(m.DynamoDBRead), DynamoDBWrite: r.strings(m.DynamoDBWrite), DAX: r.strings(m.DAX),
		S3Read: r.strings(m.S3Read), S3Write: r.strings(m.S3Write),
		RDSConnect: r.strings(m.RDSConnect), RDSDescribe: r.strings(m.RDSDescribe),
		ElastiCacheConnect: r.strings(m.ElastiCacheConnect), ElastiCacheDescribe: r.strings(m.ElastiCacheDescribe),
		SSMParameters: r.strings(m.SSMParameters), ECSExec: m.ECSExec.ValueBool(), CloudFormationRead: r.strings(m.CloudFormationRead),
		CloudWatchMetrics: r.strings(m.CloudWatchMetrics), LogsWrite: r.strings(m.LogsWrite), KMSKeyARNs: r.strings(m.KMSKeyARNs),
		Statements: r.statements(ctx, m.Statements, diags),
	}
	permissions.Incomplete = r.incomplete
	return permissions, !r.incomplete
}

// reader takes known values out of framework values and remembers whether it met one that isn't known.
type reader struct{ incomplete bool }

func (r *reader) strings(set types.Set) []string {
	known, all := fw.KnownStrings(set)
	r.incomplete = r.incomplete || !all
	return known
}

func (r *reader) string(value types.String) string {
	r.incomplete = r.incomplete || value.IsUnknown()
	return value.ValueString()
}

// has reports whether a value is there to read.
func (r *reader) has(value attr.Value) bool {
	r.incomplete = r.incomplete || value.IsUnknown()
	return !value.IsNull() && !value.IsUnknown()
}

func (r *reader) statements(ctx context.Context, list types.List, diags *diag.Diagnostics) []policy.Statement {
	var statements []policy.Statement
	r.has(list)
	for _, element := range list.Elements() {
		object, ok := element.(types.Object)
		if !ok || !r.has(object) {
			continue
		}
		var m statementModel
		diags.Append(object.As(ctx, &m, basetypes.ObjectAsOptions{})...)
		s := policy.Statement{
			Sid: r.string(m.Sid), Effect: policy.Effect(r.string(m.Effect)), Actions: r.strings(m.Actions), Resources: r.strings(m.Resources),
			Conditions: r.conditions(ctx, m.Conditions, diags),
		}
		if s.Effect == "" {
			s.Effect = policy.Allow
		}
		statements = append(statements, s)
	}
	return statements
}

func (r *reader) conditions(ctx context.Context, list types.List, diags *diag.Diagnostics) []policy.Condition {
	var conditions []policy.Condition
	r.has(list)
	for _, element := range list.Elements() {
		object, ok := element.(types.Object)
		if !ok || !r.has(object) {
			continue
		}
		var m conditionModel
		diags.Append(object.As(ctx, &m, basetypes.ObjectAsOptions{})...)
		conditions = append(conditions, policy.Condition{Operator: r.string(m.Test), Key: r.string(m.Variable), Values: r.strings(m.Values)})
	}
	return conditions
}

// Report puts problems on the attributes that they are about, below a place of the schema.
func Report(problems []pattern.Problem, at path.Path, diags *diag.Diagnostics) {
	for _, p := range problems {
		place := fw.At(at, p.Path)
		if p.Severity == policy.SeverityError {
			diags.AddAttributeError(place, p.Summary, p.Detail)
		} else {
			diags.AddAttributeWarning(place, p.Summary, p.Detail)
		}
	}
}
