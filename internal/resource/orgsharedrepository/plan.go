// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package orgsharedrepository

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/grants"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/lockdown"
	"github.com/ecrx/terraform-provider-ecrx/internal/fragment/statements"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

// planSettings resolves the settings that the configuration leaves out: a new repository gets the default, an existing
// one keeps what it has.
func (m *model) planSettings(config model, state *model, diags *diag.Diagnostics) {
	if config.ImageTagMutability.IsNull() {
		m.ImageTagMutability = types.StringValue(immutable)
		if state != nil {
			m.ImageTagMutability = state.ImageTagMutability
		}
	}
	if config.ImageTagMutabilityExclusions.IsNull() {
		switch {
		case m.ImageTagMutability.IsUnknown():
			m.ImageTagMutabilityExclusions = types.SetUnknown(types.StringType)
		case state != nil && excludes(m.ImageTagMutability):
			m.ImageTagMutabilityExclusions = state.ImageTagMutabilityExclusions
		default:
			m.ImageTagMutabilityExclusions = types.SetNull(types.StringType)
		}
		if excludes(m.ImageTagMutability) && m.ImageTagMutabilityExclusions.IsNull() {
			diags.AddAttributeError(path.Root("image_tag_mutability_exclusions"), "Mode without exclusions",
				"With "+m.ImageTagMutability.ValueString()+" ECR wants to know which tags are excluded. List them, as in [\"latest\"], or choose a mode without exclusion.")
		}
	}
	if config.ScanOnPush.IsNull() {
		m.ScanOnPush = types.BoolValue(true)
		if state != nil {
			m.ScanOnPush = state.ScanOnPush
		}
	}
}

func excludes(mutability types.String) bool {
	return strings.HasSuffix(mutability.ValueString(), "_WITH_EXCLUSION")
}

// planEncryption resolves the encryption, and reports whether it differs from the state's, which ECR can't change.
func (m *model) planEncryption(ctx context.Context, config model, state *model, diags *diag.Diagnostics) (changed bool) {
	if config.Encryption.IsUnknown() {
		return false
	}
	wanted := config.encryption(ctx, diags)
	var live encryptionModel
	if state != nil {
		live = state.encryption(ctx, diags)
	}
	if wanted.Type.IsNull() {
		switch {
		case !wanted.KMSKey.IsNull():
			wanted.Type = types.StringValue("KMS")
		case state != nil:
			wanted.Type = live.Type
		default:
			wanted.Type = types.StringValue(aes256)
		}
	}
	if wanted.KMSKey.IsNull() && wanted.Type.ValueString() != aes256 {
		wanted.KMSKey = types.StringUnknown()
		if state != nil && live.Type.Equal(wanted.Type) {
			wanted.KMSKey = live.KMSKey
		}
	}
	m.Encryption = encryptionValue(wanted.Type, wanted.KMSKey)
	return state != nil && !wanted.Type.IsUnknown() && (!live.Type.Equal(wanted.Type) || !live.KMSKey.Equal(wanted.KMSKey))
}

// planNames gives what follows from the name, the Region and the account; all of it stays unknown while one of them is.
func (m *model) planNames(caller awsapi.Identity, state *model) {
	region := m.Region.ValueString()
	if state != nil && state.Region.ValueString() == region && state.Name.Equal(m.Name) {
		m.ARN, m.RegistryID, m.RepositoryURL = state.ARN, state.RegistryID, state.RepositoryURL
		return
	}
	m.ARN, m.RegistryID, m.RepositoryURL = types.StringUnknown(), types.StringUnknown(), types.StringUnknown()
	if caller.AccountID == "" {
		return
	}
	m.RegistryID = types.StringValue(caller.AccountID)
	if region == "" || m.Name.IsUnknown() {
		return
	}
	name := m.Name.ValueString()
	m.ARN = types.StringValue("arn:" + caller.Partition + ":ecr:" + region + ":" + caller.AccountID + ":repository/" + name)
	if suffix := awsapi.DNSSuffix(caller.Partition); suffix != "" {
		m.RepositoryURL = types.StringValue(caller.AccountID + ".dkr.ecr." + region + "." + suffix + "/" + name)
	}
}

// planPolicy gives the documents that follow from the grants and the lockdown, and what becomes of the statements of others.
func (m *model) planPolicy(ctx context.Context, provider *fw.ProviderData, state *model, own statements.Ownership, now *lockdown.Moment, diags *diag.Diagnostics) {
	m.PolicyJSON, m.ConsumerPolicyJSON, m.Proof = types.StringUnknown(), types.StringUnknown(), types.ListUnknown(types.StringType)
	handover := m.planUnmanaged(ctx, state, own, diags)
	m.resolvePolicy(ctx, provider, state, now, diags)
	m.guard(ctx, provider, state, handover, diags)
	handover.Review(m.statements(diags), diags)
}

// resolvePolicy sets what follows from the grants and the lockdown, if what it needs is known.
func (m *model) resolvePolicy(ctx context.Context, provider *fw.ProviderData, state *model, now *lockdown.Moment, diags *diag.Diagnostics) {
	m.ConsumerPolicies = grants.ConsumerPolicies(ctx, m.Grants, m.ARN, diags)
	resolved, others, known := grants.Plan(ctx, provider, m.Grants, grants.Question{
		Site: m.site(), Repository: m.Name.ValueString(), AllowPublic: m.AllowPublic.ValueBool(), Foreign: m.UnmanagedStatements,
	}, diags)
	if known && !m.ARN.IsUnknown() {
		m.ConsumerPolicyJSON = types.StringValue(pattern.ConsumerPolicy(resolved, m.ARN.ValueString()).Canonical())
	}
	planned := lockdown.PlanInline(ctx, provider, &m.Lockdown, lockdown.Beside{
		Question: m.question(ctx, resolved, state, now, diags), GrantsKnown: known, Others: others, By: "this ecrx_org_shared_repository",
	}, diags)
	if planned.Known {
		m.setPolicy(planned.Statements)
	}
	if planned.Proven && m.Proof.IsUnknown() {
		m.Proof = grants.Proof(resolved, planned.Proof, m.site(), state.proofOf(m))
	}
}

// planLifecyclePolicy compiles retention or takes over lifecycle_policy. With neither, what is there stays.
func (m *model) planLifecyclePolicy(ctx context.Context, config model, state *model, diags *diag.Diagnostics) {
	retention, known := config.retention(ctx, diags)
	switch {
	case config.LifecyclePolicy.IsUnknown() || !known:
		m.LifecyclePolicyJSON = types.StringUnknown()
	case !config.Retention.IsNull():
		m.setLifecyclePolicy(retention.LifecyclePolicy())
	case !config.LifecyclePolicy.IsNull():
		m.setLifecyclePolicy(config.LifecyclePolicy.ValueString())
	case state == nil:
		m.LifecyclePolicyJSON = types.StringNull()
	default:
		m.LifecyclePolicyJSON = state.LifecyclePolicyJSON
		if !state.LifecyclePolicyJSON.IsNull() && (!state.Retention.IsNull() || !state.LifecyclePolicy.IsNull()) {
			diags.AddAttributeWarning(path.Root("retention"), "The lifecycle policy stays",
				"The configuration no longer says anything of retention, so the lifecycle policy stays as it is. To remove it, write lifecycle_policy = jsonencode({ rules = [] }).")
		}
	}
}
