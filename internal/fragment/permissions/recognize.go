// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package permissions

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// ExecutionOf is the way back of Execution.Input, for an import.
func ExecutionOf(e pattern.ECSExecution) Execution {
	return Execution{
		RepositoryARNs: fw.StringSet(e.RepositoryARNs), LogGroupARNs: fw.StringSet(e.LogGroupARNs), SecretARNs: fw.StringSet(e.SecretARNs),
		ParameterARNs: fw.StringSet(e.ParameterARNs), KMSKeyARNs: fw.StringSet(e.KMSKeyARNs), SourceVPCIDs: fw.StringSet(e.SourceVPCIDs), SourceVPCEIDs: fw.StringSet(e.SourceVPCEIDs),
	}
}

// Flatten is the way back of Expand, for an import.
func Flatten(ctx context.Context, p pattern.ECSPermissions, diags *diag.Diagnostics) types.Object {
	m := model{
		SQSSend: fw.StringSet(p.SQSSend), SQSReceive: fw.StringSet(p.SQSReceive),
		DynamoDBRead: fw.StringSet(p.DynamoDBRead), DynamoDBWrite: fw.StringSet(p.DynamoDBWrite), DAX: fw.StringSet(p.DAX),
		S3Read: fw.StringSet(p.S3Read), S3Write: fw.StringSet(p.S3Write),
		RDSConnect: fw.StringSet(p.RDSConnect), RDSDescribe: fw.StringSet(p.RDSDescribe),
		ElastiCacheConnect: fw.StringSet(p.ElastiCacheConnect), ElastiCacheDescribe: fw.StringSet(p.ElastiCacheDescribe),
		SSMParameters: fw.StringSet(p.SSMParameters), CloudFormationRead: fw.StringSet(p.CloudFormationRead),
		CloudWatchMetrics: fw.StringSet(p.CloudWatchMetrics), LogsWrite: fw.StringSet(p.LogsWrite), KMSKeyARNs: fw.StringSet(p.KMSKeyARNs),
		Statements: flattenStatements(ctx, p.Statements, diags),
	}
	if p.ECSExec {
		m.ECSExec = types.BoolValue(true)
	}
	object, problems := types.ObjectValueFrom(ctx, ObjectType().AttrTypes, m)
	diags.Append(problems...)
	return object
}

func flattenStatements(ctx context.Context, statements []policy.Statement, diags *diag.Diagnostics) types.List {
	element := elementType(ObjectType(), "statements")
	models := make([]statementModel, len(statements))
	for i, s := range statements {
		models[i] = statementModel{
			Sid: fw.OptionalString(s.Sid), Actions: fw.StringSet(s.Actions), Resources: fw.StringSet(s.Resources),
			Conditions: flattenConditions(ctx, elementType(element, "conditions"), s.Conditions, diags),
		}
		if s.Effect != policy.Allow {
			models[i].Effect = types.StringValue(string(s.Effect))
		}
	}
	return listOf(ctx, element, models, diags)
}

func flattenConditions(ctx context.Context, element types.ObjectType, conditions []policy.Condition, diags *diag.Diagnostics) types.List {
	models := make([]conditionModel, len(conditions))
	for i, c := range conditions {
		models[i] = conditionModel{Test: types.StringValue(c.Operator), Variable: types.StringValue(c.Key), Values: fw.StringSet(c.Values)}
	}
	return listOf(ctx, element, models, diags)
}

// listOf gives a list of objects, null for none.
func listOf[T any](ctx context.Context, element attr.Type, models []T, diags *diag.Diagnostics) types.List {
	if len(models) == 0 {
		return types.ListNull(element)
	}
	list, problems := types.ListValueFrom(ctx, element, models)
	diags.Append(problems...)
	return list
}

// elementType is that of a list of objects in an object.
func elementType(object types.ObjectType, attribute string) types.ObjectType {
	list, _ := object.AttrTypes[attribute].(types.ListType)
	element, ok := list.ElemType.(types.ObjectType)
	if !ok {
		panic(attribute + " is a list of nested attributes")
	}
	return element
}
