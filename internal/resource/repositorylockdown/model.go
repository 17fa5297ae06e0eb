// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package repositorylockdown

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/lockdown"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/statements"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

type model struct {
	lockdown.Managed

	AllowSelfLockout types.Bool     `tfsdk:"allow_self_lockout"`
	Exempt           types.Set      `tfsdk:"exempt"`
	Proof            types.List     `tfsdk:"proof"`
	Region           types.String   `tfsdk:"region"`
	RegistryID       types.String   `tfsdk:"registry_id"`
	Repository       types.String   `tfsdk:"repository"`
	StatementJSON    types.String   `tfsdk:"statement_json"`
	Timeouts         timeouts.Value `tfsdk:"timeouts"`
}

// sid is that of the statement, also where the argument is left out.
func (m *model) sid() string { return pattern.Lockdown{Sid: m.Sid.ValueString()}.Sids()[0] }

func (m *model) identity() statements.Identity {
	return statements.Identity{AccountID: m.RegistryID, Region: m.Region, Repository: m.Repository, Sid: types.StringValue(m.sid())}
}

func (m *model) id() string { return m.Repository.ValueString() + "/" + m.sid() }

func (m *model) key() awsapi.RepositoryKey {
	return awsapi.RepositoryKey{Region: m.Region.ValueString(), RegistryID: m.RegistryID.ValueString(), Name: m.Repository.ValueString()}
}

func (m *model) site() pattern.Site {
	site := pattern.Site{Region: m.Region.ValueString(), AccountID: m.RegistryID.ValueString()}
	site.Partition, _ = awsapi.PartitionOf(site.Region)
	return site
}

// question is what the lockdown is planned with. state is nil for a new object.
func (m *model) question(state *model, now *lockdown.Moment) lockdown.Question {
	q := lockdown.Question{Site: m.site(), Repository: m.Repository.ValueString(), At: path.Empty(), AllowSelfLockout: m.AllowSelfLockout, Now: now}
	if state != nil {
		q.Prior = &state.Managed
	}
	return q
}

// statements gives the statement of a known statement_json.
func (m *model) statements() []policy.Statement {
	return statements.FromState(m.StatementJSON)
}

// resolve sets what follows from the arguments, and reports false while what it needs isn't known. Of what is provisional only the
// proof is known. A proof that was planned stays as it is.
func (m *model) resolve(ctx context.Context, provider *fw.ProviderData, q lockdown.Question, state *model, diags *diag.Diagnostics) (planned lockdown.Planned, known bool) {
	m.StatementJSON, m.Exempt = types.StringUnknown(), types.SetUnknown(types.StringType)
	if planned, known = m.Plan(ctx, provider, m.Lockdown(), q, diags); !known {
		return planned, false
	}
	if !planned.Provisional {
		m.set(planned.Statement, planned.Lockdown.Exempt(q.Site, nil))
	}
	switch {
	case !m.Proof.IsUnknown():
	case state != nil && state.StatementJSON.Equal(m.StatementJSON) && !state.Proof.IsNull():
		// As long as the statement stays the same so does the text, so that a newer version's wording is no change.
		m.Proof = state.Proof
	default:
		m.Proof = fw.StringList(planned.Proof)
	}
	return planned, true
}

func (m *model) set(statement policy.Statement, exempt []string) {
	m.StatementJSON, m.Exempt = types.StringValue(statement.Canonical()), fw.StringSet(exempt)
}

// change is what to write in the place of the statement with the Sid that the resource owned so far.
func (m *model) change(owned []string) statements.Change {
	return statements.Change{Owned: owned, Desired: m.statements(), Force: m.AllowSelfLockout.ValueBool()}
}

// recognize fills the arguments after an import with those that make the live statement.
func (m *model) recognize(live policy.Statement) error {
	found := lockdown.Recognize([]policy.Statement{live}, nil, m.site())
	if found == nil {
		return fmt.Errorf("the statement %q isn't one that a lockdown makes. Import it as an ecrx_repository_policy_statement, or replace it by a lockdown with another sid", live.Sid)
	}
	m.Managed = found.Managed
	l := m.Lockdown()
	m.set(live, l.Exempt(m.site(), nil))
	m.Proof = fw.StringList(pattern.ProveLockdown(l, nil, live, m.site()).Lines)
	return nil
}

// announced gives what other resources of this plan want beside this one's statement, of which they hear in turn.
func (m *model) announced(provider *fw.ProviderData, own []policy.Statement) []policy.Statement {
	if m.Region.IsUnknown() || m.RegistryID.IsUnknown() || m.Repository.IsUnknown() {
		return nil
	}
	return provider.Planned.Announce(m.key(), own)
}

// beside gives the statements that will stand beside this resource's own: those that are live, and those that were announced.
func (m *model) beside(ctx context.Context, provider *fw.ProviderData, announced []policy.Statement) []policy.Statement {
	if m.Region.IsUnknown() || m.RegistryID.IsUnknown() || m.Repository.IsUnknown() {
		return announced
	}
	live, err := provider.Clients.RepositoryPolicy(ctx, m.key())
	if err != nil {
		// The repository may not be there yet, and what else it is the apply reports.
		return announced
	}
	_, foreign, err := statements.Split(live, append(provider.Planned.Withdrawn(m.key()), m.sid()))
	if err != nil {
		return announced
	}
	return statements.Superseded(foreign, announced)
}
