// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package orgsharedrepository

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/grants"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/lockdown"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/statements"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

type model struct {
	AllowPublic                  types.Bool     `tfsdk:"allow_public"`
	AllowSelfLockout             types.Bool     `tfsdk:"allow_self_lockout"`
	ARN                          types.String   `tfsdk:"arn"`
	ConsumerPolicies             types.Map      `tfsdk:"consumer_policies"`
	ConsumerPolicyJSON           types.String   `tfsdk:"consumer_policy_json"`
	Encryption                   types.Object   `tfsdk:"encryption"`
	ForceDelete                  types.Bool     `tfsdk:"force_delete"`
	Grants                       types.Map      `tfsdk:"grants"`
	ImageTagMutability           types.String   `tfsdk:"image_tag_mutability"`
	ImageTagMutabilityExclusions types.Set      `tfsdk:"image_tag_mutability_exclusions"`
	LifecyclePolicy              types.String   `tfsdk:"lifecycle_policy"`
	LifecyclePolicyJSON          types.String   `tfsdk:"lifecycle_policy_json"`
	Lockdown                     types.Object   `tfsdk:"lockdown"`
	Name                         types.String   `tfsdk:"name"`
	OnUnmanagedStatements        types.String   `tfsdk:"on_unmanaged_statements"`
	PolicyJSON                   types.String   `tfsdk:"policy_json"`
	Proof                        types.List     `tfsdk:"proof"`
	Region                       types.String   `tfsdk:"region"`
	RegistryID                   types.String   `tfsdk:"registry_id"`
	RepositoryURL                types.String   `tfsdk:"repository_url"`
	Retention                    types.Object   `tfsdk:"retention"`
	ScanOnPush                   types.Bool     `tfsdk:"scan_on_push"`
	Tags                         types.Map      `tfsdk:"tags"`
	TagsAll                      types.Map      `tfsdk:"tags_all"`
	Timeouts                     timeouts.Value `tfsdk:"timeouts"`
	UnmanagedStatements          types.List     `tfsdk:"unmanaged_statements"`
}

type encryptionModel struct {
	Type   types.String `tfsdk:"type"`
	KMSKey types.String `tfsdk:"kms_key"`
}

type retentionModel struct {
	ArchiveAfterDays    types.Int64 `tfsdk:"archive_after_days"`
	ArchiveUnpulledDays types.Int64 `tfsdk:"archive_unpulled_days"`
	ExpireArchivedDays  types.Int64 `tfsdk:"expire_archived_days"`
	KeepLast            types.Int64 `tfsdk:"keep_last"`
	KeepTagPrefixes     types.Set   `tfsdk:"keep_tag_prefixes"`
	UntaggedDays        types.Int64 `tfsdk:"untagged_days"`
}

type identityModel struct {
	AccountID types.String `tfsdk:"account_id"`
	Region    types.String `tfsdk:"region"`
	Name      types.String `tfsdk:"name"`
}

// key names the repository with its account, so that credentials of another account are refused instead of finding
// nothing there and dropping the repository from the state.
func (m model) key() awsapi.RepositoryKey {
	return awsapi.RepositoryKey{Region: m.Region.ValueString(), RegistryID: m.RegistryID.ValueString(), Name: m.Name.ValueString()}
}

// region of the state, null when there is none.
func (m *model) region() types.String {
	if m == nil {
		return types.StringNull()
	}
	return m.Region
}

func (m model) identity() identityModel {
	return identityModel{AccountID: m.RegistryID, Region: m.Region, Name: m.Name}
}

// site tells where the repository is. Its ARN has the partition of a Region that this version doesn't know.
func (m model) site() pattern.Site {
	site := pattern.Site{Region: m.Region.ValueString(), AccountID: m.RegistryID.ValueString()}
	if site.Partition = awsapi.PartitionOfARN(m.ARN.ValueString()); site.Partition == "" {
		site.Partition, _ = awsapi.PartitionOf(site.Region)
	}
	return site
}

func encryptionTypes() map[string]attr.Type {
	return map[string]attr.Type{"type": types.StringType, "kms_key": types.StringType}
}

func encryptionValue(kind, key types.String) types.Object {
	return types.ObjectValueMust(encryptionTypes(), map[string]attr.Value{"type": kind, "kms_key": key})
}

// encryption reads the encryption object; its fields are null or unknown as the object is.
func (m model) encryption(ctx context.Context, diags *diag.Diagnostics) encryptionModel {
	if m.Encryption.IsUnknown() {
		return encryptionModel{types.StringUnknown(), types.StringUnknown()}
	}
	var e encryptionModel
	if !m.Encryption.IsNull() {
		diags.Append(m.Encryption.As(ctx, &e, basetypes.ObjectAsOptions{})...)
	}
	return e
}

// newRepository is what to create. The plan has resolved every setting by then.
func (m model) newRepository(ctx context.Context, diags *diag.Diagnostics) awsapi.NewRepository {
	encryption := m.encryption(ctx, diags)
	exclusions, _ := fw.KnownStrings(m.ImageTagMutabilityExclusions)
	tags := map[string]string{}
	diags.Append(m.TagsAll.ElementsAs(ctx, &tags, false)...)
	return awsapi.NewRepository{
		Name:                         m.Name.ValueString(),
		ImageTagMutability:           m.ImageTagMutability.ValueString(),
		ImageTagMutabilityExclusions: exclusions,
		EncryptionType:               encryption.Type.ValueString(),
		KMSKey:                       encryption.KMSKey.ValueString(),
		ScanOnPush:                   m.ScanOnPush.ValueBool(),
		Tags:                         tags,
	}
}

// setRepository takes over what ECR says of the repository itself.
func (m *model) setRepository(r awsapi.Repository) {
	m.ARN = types.StringValue(r.ARN)
	m.RegistryID = types.StringValue(r.RegistryID)
	m.RepositoryURL = types.StringValue(r.URI)
	m.ImageTagMutability = types.StringValue(r.ImageTagMutability)
	m.ImageTagMutabilityExclusions = fw.StringSet(r.ImageTagMutabilityExclusions)
	m.Encryption = encryptionValue(types.StringValue(r.EncryptionType), fw.OptionalString(r.KMSKey))
	m.ScanOnPush = types.BoolValue(r.ScanOnPush)
}

// setDetails takes over all that is live. owned are the Sids of this resource's statements.
func (m *model) setDetails(ctx context.Context, provider *fw.ProviderData, details awsapi.RepositoryDetails, owned []string, diags *diag.Diagnostics) {
	m.setRepository(details.Repository)
	own, foreign, err := statements.Split(details.Policy, owned)
	if err != nil {
		fw.AddError(diags, "reading", "ECR repository policy", m.Name.ValueString(), err)
		return
	}
	m.setPolicy(own)
	m.UnmanagedStatements = statements.UnmanagedValue(foreign)
	m.setLifecyclePolicy(details.LifecyclePolicy)
	m.Tags, m.TagsAll = fw.ReadTags(ctx, provider, m.Tags, details.Tags, diags)
}

func (m *model) setPolicy(own []policy.Statement) {
	m.PolicyJSON = types.StringNull()
	if len(own) > 0 {
		m.PolicyJSON = types.StringValue(policy.New(own...).Canonical())
	}
}

func (m *model) setLifecyclePolicy(text string) {
	if normal, err := pattern.NormalizeLifecyclePolicy(text); err == nil {
		text = normal
	}
	m.LifecyclePolicyJSON = fw.OptionalString(text)
}

// statements gives the statements of policy_json; none while it isn't known.
func (m model) statements(diags *diag.Diagnostics) []policy.Statement {
	if m.PolicyJSON.ValueString() == "" {
		return nil
	}
	document, err := policy.Parse(m.PolicyJSON.ValueString())
	if err != nil {
		fw.AddError(diags, "reading", "policy_json", m.Name.ValueString(), err)
	}
	return document.Statements
}

// ownedSids are the Sids that the state's grants and lockdown make.
func (m model) ownedSids(ctx context.Context, diags *diag.Diagnostics) []string {
	return append(grants.Sids(ctx, m.Grants, diags), lockdown.SidsInline(ctx, m.Lockdown, diags)...)
}

// question is what the lockdown is planned with beside the grants. state is nil for a new repository.
func (m *model) question(ctx context.Context, beside []pattern.Grant, state *model, now *lockdown.Moment, diags *diag.Diagnostics) lockdown.Question {
	q := lockdown.Question{Site: m.site(), Repository: m.Name.ValueString(), Grants: beside, At: path.Root("lockdown"), AllowSelfLockout: m.AllowSelfLockout, Now: now}
	if state != nil {
		q.Prior = lockdown.PriorInline(ctx, state.Lockdown, diags)
	}
	return q
}

// guard reports a lockdown that would keep the caller from changing the policy again, where the policy is to be written.
func (m *model) guard(ctx context.Context, provider *fw.ProviderData, state *model, handover statements.Handover, diags *diag.Diagnostics) {
	if m.PolicyJSON.IsUnknown() || state != nil && !handover.Changes(m.statements(diags), state.statements(diags)) {
		return
	}
	lockdown.Guard(ctx, provider, m.statements(diags), m.question(ctx, nil, nil, nil, diags), diags)
}

// planUnmanaged plans what becomes of the statements that the state doesn't own, and sets unmanaged_statements. A new repository has
// none.
func (m *model) planUnmanaged(ctx context.Context, state *model, own statements.Ownership, diags *diag.Diagnostics) statements.Handover {
	if state == nil {
		m.UnmanagedStatements = statements.UnmanagedValue(nil)
		return statements.Handover{}
	}
	named, known := m.namedSids(ctx, diags)
	handover := own.Plan(state.UnmanagedStatements, m.OnUnmanagedStatements, state.ownedSids(ctx, diags), named, known)
	m.UnmanagedStatements = handover.Unmanaged
	return handover
}

// namedSids gives the Sids that the arguments make, and reports whether there can't be more.
func (m *model) namedSids(ctx context.Context, diags *diag.Diagnostics) (sids []string, known bool) {
	_, known = grants.Expand(ctx, m.Grants, diags)
	return m.ownedSids(ctx, diags), known && lockdown.SidKnown(ctx, m.Lockdown, diags)
}

// proofOf gives the proof that stands, as long as grants and policy are the same; null otherwise.
func (m *model) proofOf(plan *model) types.List {
	if m == nil || !plan.PolicyJSON.Equal(m.PolicyJSON) || !plan.Grants.Equal(m.Grants) {
		return types.ListNull(types.StringType)
	}
	return m.Proof
}

// retention reads the retention argument; known is false while a part of it isn't.
func (m model) retention(ctx context.Context, diags *diag.Diagnostics) (retention pattern.Retention, known bool) {
	if m.Retention.IsNull() || m.Retention.IsUnknown() {
		return retention, !m.Retention.IsUnknown()
	}
	var r retentionModel
	diags.Append(m.Retention.As(ctx, &r, basetypes.ObjectAsOptions{})...)
	prefixes, known := fw.KnownStrings(r.KeepTagPrefixes)
	for _, number := range []types.Int64{r.KeepLast, r.UntaggedDays, r.ArchiveAfterDays, r.ArchiveUnpulledDays, r.ExpireArchivedDays} {
		// The attribute's own validator has refused a number below 1.
		known = known && !number.IsUnknown() && (number.IsNull() || number.ValueInt64() >= 1)
	}
	return pattern.Retention{
		KeepLast: r.KeepLast.ValueInt64(), UntaggedDays: r.UntaggedDays.ValueInt64(), KeepTagPrefixes: prefixes,
		ArchiveAfterDays: r.ArchiveAfterDays.ValueInt64(), ArchiveUnpulledDays: r.ArchiveUnpulledDays.ValueInt64(),
		ExpireArchivedDays: r.ExpireArchivedDays.ValueInt64(),
	}, known
}
