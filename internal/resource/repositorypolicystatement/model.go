// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositorypolicystatement

import (
	"context"
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/lockdown"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/statements"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

type model struct {
	AllowPublic      types.Bool     `tfsdk:"allow_public"`
	AllowSelfLockout types.Bool     `tfsdk:"allow_self_lockout"`
	Region           types.String   `tfsdk:"region"`
	RegistryID       types.String   `tfsdk:"registry_id"`
	Repository       types.String   `tfsdk:"repository"`
	Sid              types.String   `tfsdk:"sid"`
	StatementJSON    types.String   `tfsdk:"statement_json"`
	Timeouts         timeouts.Value `tfsdk:"timeouts"`
}

func (m model) identity() statements.Identity {
	return statements.Identity{AccountID: m.RegistryID, Region: m.Region, Repository: m.Repository, Sid: m.Sid}
}

func (m model) id() string { return m.Repository.ValueString() + "/" + m.Sid.ValueString() }

func (m model) key() awsapi.RepositoryKey {
	return awsapi.RepositoryKey{Region: m.Region.ValueString(), RegistryID: m.RegistryID.ValueString(), Name: m.Repository.ValueString()}
}

// question is what the caller's own loss is looked at with.
func (m model) question() lockdown.Question {
	site := pattern.Site{Region: m.Region.ValueString(), AccountID: m.RegistryID.ValueString()}
	site.Partition, _ = awsapi.PartitionOf(site.Region)
	return lockdown.Question{
		Site: site, Repository: m.Repository.ValueString(), At: path.Root("statement_json"),
		ExemptIn: "the statement's conditions, by ArnNotLike on aws:PrincipalArn", AllowSelfLockout: m.AllowSelfLockout,
	}
}

// statement reads statement_json for the partition of the Region.
func (m model) statement() (policy.Statement, error) {
	statement, err := parseStatement(m.StatementJSON.ValueString())
	if err != nil {
		return policy.Statement{}, err
	}
	if partition, known := awsapi.PartitionOf(m.Region.ValueString()); known {
		statement = policy.New(statement).WithPartition(partition).Statements[0]
	}
	return statement, nil
}

// change is what to write in the place of the statement with the Sid that the resource owned so far.
func (m model) change(owned []string) (statements.Change, error) {
	statement, err := m.statement()
	return statements.Change{Owned: owned, Desired: []policy.Statement{statement}, Force: m.AllowSelfLockout.ValueBool()}, err
}

// setStatement takes over the live statement, and keeps the configuration's own text while it means the same.
func (m *model) setStatement(live policy.Statement) {
	if written, err := m.statement(); err != nil || !written.Equal(live) {
		m.StatementJSON = types.StringValue(live.Canonical())
	}
}

// parseStatement reads one statement with a Sid: the statement itself, or a document that has only it.
func parseStatement(text string) (policy.Statement, error) {
	document, err := policy.Parse(text)
	if err != nil {
		wrapped, wrappedErr := policy.Parse(wrap + text + "}")
		if wrappedErr != nil && strings.Contains(text, `"Statement"`) {
			return policy.Statement{}, err
		}
		if wrappedErr != nil {
			return policy.Statement{}, statementError(wrappedErr)
		}
		document = wrapped
	}
	switch {
	case len(document.Statements) != 1:
		return policy.Statement{}, errors.New("write exactly one statement here, and a resource for each further one")
	case document.Statements[0].Sid == "":
		return policy.Statement{}, errors.New("the statement has no Sid. Give it one, such as \"Sid\": \"ScannerPull\": that is how ecrx tells its own statement from others")
	}
	return document.Upgrade().Statements[0], nil
}

const wrap = `{"Version":"` + policy.Version2012 + `","Statement":`

// statementError gives the position in the statement itself.
func statementError(err error) error {
	var syntax *policy.SyntaxError
	if errors.As(err, &syntax) && syntax.Line == 1 {
		return &policy.SyntaxError{Line: 1, Column: max(1, syntax.Column-len(wrap)), Message: syntax.Message}
	}
	return err
}

type statementValidator struct{}

func (statementValidator) Description(context.Context) string {
	return "one policy statement with a Sid, as JSON"
}

func (v statementValidator) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (statementValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if _, err := parseStatement(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid statement", err.Error())
	}
}
