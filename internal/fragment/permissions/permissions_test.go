// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package permissions_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/permissions"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

func texts(values ...string) types.Set {
	elements := make([]attr.Value, len(values))
	for i, v := range values {
		elements[i] = types.StringValue(v)
	}
	return types.SetValueMust(types.StringType, elements)
}

// object gives a value of the type, what isn't given null.
func object(t types.ObjectType, given map[string]attr.Value) types.Object {
	values := map[string]attr.Value{}
	for name, kind := range t.AttrTypes {
		switch kind := kind.(type) {
		case types.SetType:
			values[name] = types.SetNull(kind.ElemType)
		case types.ListType:
			values[name] = types.ListNull(kind.ElemType)
		default:
			values[name] = types.StringNull()
		}
	}
	if _, ok := values["ecs_exec"]; ok {
		values["ecs_exec"] = types.BoolNull()
	}
	maps.Copy(values, given)
	return types.ObjectValueMust(t.AttrTypes, values)
}

func element(t types.ObjectType, attribute string) types.ObjectType {
	return t.AttrTypes[attribute].(types.ListType).ElemType.(types.ObjectType)
}

func list(t types.ObjectType, elements ...attr.Value) types.List {
	return types.ListValueMust(t, elements)
}

func all(given map[string]attr.Value) types.Object {
	return object(permissions.ObjectType(), given)
}

// statements gives one statement, with one condition.
func statements(statement, condition map[string]attr.Value) types.List {
	st := element(permissions.ObjectType(), "statements")
	co := element(st, "conditions")
	values := map[string]attr.Value{
		"actions": texts("sns:Publish"), "resources": texts("arn:aws:sns:eu-west-1:111111111111:orders"),
		"conditions": list(co, object(co, condition)),
	}
	maps.Copy(values, statement)
	return list(st, object(st, values))
}

func expand(t *testing.T, value types.Object) (pattern.ECSPermissions, bool) {
	t.Helper()
	var diags diag.Diagnostics
	got, known := permissions.Expand(t.Context(), value, &diags)
	if diags.HasError() {
		t.Fatal(diags)
	}
	return got, known
}

func TestExpand(t *testing.T) {
	t.Parallel()
	given := map[string]attr.Value{"ecs_exec": types.BoolValue(true)}
	for name, kind := range permissions.ObjectType().AttrTypes {
		if _, ok := kind.(types.SetType); ok {
			given[name] = texts(name+" 2", name+" 1")
		}
	}
	given["statements"] = statements(
		map[string]attr.Value{"sid": types.StringValue("Publish"), "effect": types.StringValue("Deny")},
		map[string]attr.Value{"test": types.StringValue("Bool"), "variable": types.StringValue("aws:SecureTransport"), "values": texts("false")})
	both := func(name string) []string { return []string{name + " 1", name + " 2"} }
	want := pattern.ECSPermissions{
		SQSSend: both("sqs_send"), SQSReceive: both("sqs_receive"), DynamoDBRead: both("dynamodb_read"), DynamoDBWrite: both("dynamodb_write"), DAX: both("dax"),
		S3Read: both("s3_read"), S3Write: both("s3_write"), RDSConnect: both("rds_connect"), RDSDescribe: both("rds_describe"),
		ElastiCacheConnect: both("elasticache_connect"), ElastiCacheDescribe: both("elasticache_describe"), SSMParameters: both("ssm_parameters"), ECSExec: true,
		CloudFormationRead: both("cloudformation_read"), CloudWatchMetrics: both("cloudwatch_metrics"), LogsWrite: both("logs_write"), KMSKeyARNs: both("kms_key_arns"),
		Statements: []policy.Statement{{
			Sid: "Publish", Effect: policy.Deny, Actions: []string{"sns:Publish"}, Resources: []string{"arn:aws:sns:eu-west-1:111111111111:orders"},
			Conditions: []policy.Condition{{Operator: "Bool", Key: "aws:SecureTransport", Values: []string{"false"}}},
		}},
	}
	got, known := expand(t, all(given))
	if diff := cmp.Diff(want, got); diff != "" || !known {
		t.Errorf("known %t (-want +got):\n%s", known, diff)
	}
	got, _ = expand(t, all(map[string]attr.Value{"statements": statements(nil, nil)}))
	if len(got.Statements) != 1 || got.Statements[0].Effect != policy.Allow {
		t.Errorf("a statement without an effect is %+v", got.Statements)
	}
	for name, nothing := range map[string]types.Object{"null": types.ObjectNull(permissions.ObjectType().AttrTypes), "empty": all(nil)} {
		if got, known := expand(t, nothing); !known || !cmp.Equal(got, pattern.ECSPermissions{}) {
			t.Errorf("%s gives %+v, known %t", name, got, known)
		}
	}
}

func TestExpandUnknown(t *testing.T) {
	t.Parallel()
	st := element(permissions.ObjectType(), "statements")
	co := element(st, "conditions")
	values := map[string]types.Object{
		"all of it":       types.ObjectUnknown(permissions.ObjectType().AttrTypes),
		"exec":            all(map[string]attr.Value{"ecs_exec": types.BoolUnknown()}),
		"one of a set":    all(map[string]attr.Value{"sqs_send": types.SetValueMust(types.StringType, []attr.Value{types.StringUnknown(), types.StringValue("a")})}),
		"statements":      all(map[string]attr.Value{"statements": types.ListUnknown(st)}),
		"a statement":     all(map[string]attr.Value{"statements": list(st, types.ObjectUnknown(st.AttrTypes))}),
		"sid":             all(map[string]attr.Value{"statements": statements(map[string]attr.Value{"sid": types.StringUnknown()}, nil)}),
		"effect":          all(map[string]attr.Value{"statements": statements(map[string]attr.Value{"effect": types.StringUnknown()}, nil)}),
		"conditions":      all(map[string]attr.Value{"statements": statements(map[string]attr.Value{"conditions": types.ListUnknown(co)}, nil)}),
		"a condition":     all(map[string]attr.Value{"statements": statements(map[string]attr.Value{"conditions": list(co, types.ObjectUnknown(co.AttrTypes))}, nil)}),
		"condition value": all(map[string]attr.Value{"statements": statements(nil, map[string]attr.Value{"values": types.SetUnknown(types.StringType)})}),
	}
	for name, kind := range permissions.ObjectType().AttrTypes {
		if _, ok := kind.(types.SetType); ok {
			values[name] = all(map[string]attr.Value{name: types.SetUnknown(types.StringType)})
		}
	}
	for name, value := range values {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, known := expand(t, value); known || !got.Incomplete {
				t.Errorf("known %t, incomplete %t", known, got.Incomplete)
			}
		})
	}
	got, _ := expand(t, values["one of a set"])
	if diff := cmp.Diff([]string{"a"}, got.SQSSend); diff != "" {
		t.Error(diff)
	}
}

func TestExecutionInput(t *testing.T) {
	t.Parallel()
	m := permissions.Execution{
		RepositoryARNs: texts("repository"), LogGroupARNs: texts("log"), SecretARNs: texts("secret"), ParameterARNs: texts("parameter"), KMSKeyARNs: texts("key"),
		SourceVPCIDs: texts("vpc"), SourceVPCEIDs: texts("vpce"),
	}
	want := pattern.ECSExecution{
		RepositoryARNs: []string{"repository"}, LogGroupARNs: []string{"log"}, SecretARNs: []string{"secret"}, ParameterARNs: []string{"parameter"}, KMSKeyARNs: []string{"key"},
		SourceVPCIDs: []string{"vpc"}, SourceVPCEIDs: []string{"vpce"},
	}
	got, known := m.Input()
	if diff := cmp.Diff(want, got); diff != "" || !known {
		t.Errorf("known %t (-want +got):\n%s", known, diff)
	}
	m.SecretARNs = types.SetUnknown(types.StringType)
	if got, known := m.Input(); known || !got.Incomplete {
		t.Errorf("known %t, incomplete %t", known, got.Incomplete)
	}
}

// Each argument of the schema is one of the model's, by its name.
func TestExecutionAttributes(t *testing.T) {
	t.Parallel()
	kinds := map[string]attr.Type{}
	for name, a := range permissions.ExecutionAttributes() {
		kinds[name] = a.GetType()
	}
	var m permissions.Execution
	if diags := object(types.ObjectType{AttrTypes: kinds}, nil).As(t.Context(), &m, basetypes.ObjectAsOptions{}); diags.HasError() {
		t.Error(diags)
	}
}

func TestReport(t *testing.T) {
	t.Parallel()
	var diags diag.Diagnostics
	permissions.Report([]pattern.Problem{
		{Path: []string{"s3_read"}, Severity: policy.SeverityError, Summary: "A", Detail: "a"},
		{Severity: policy.SeverityWarning, Summary: "B", Detail: "b"},
	}, path.Root("task").AtName("permissions"), &diags)
	var said []string
	for _, d := range diags {
		said = append(said, fmt.Sprintf("%s %s %s %s", d.Severity(), d.(diag.DiagnosticWithPath).Path(), d.Summary(), d.Detail()))
	}
	if got, want := strings.Join(said, "\n"), "Error task.permissions.s3_read A a\nWarning task.permissions B b"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
