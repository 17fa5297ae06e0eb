// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package cipushrole

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
	"github.com/ecrx/terraform-provider-ecrx/internal/fw"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// validateIssuer looks at issuer and oidc_provider_arn, of which one is needed and both must agree.
func (m *model) validateIssuer() []pattern.Problem {
	problem := func(argument, summary, detail string) []pattern.Problem {
		return []pattern.Problem{{Path: []string{argument}, Severity: policy.SeverityError, Summary: summary, Detail: detail}}
	}
	if m.Issuer.IsNull() {
		if m.OIDCProviderARN.IsNull() {
			return problem("issuer", "No issuer", "Say whose tokens the role is for: set issuer to \"github\", \"gitlab\" or a URL, or oidc_provider_arn to the ARN of an OIDC provider.")
		}
		return nil
	}
	if m.Issuer.IsUnknown() {
		return nil
	}
	issuer, err := pattern.OIDCIssuer(m.Issuer.ValueString())
	if err != nil {
		return problem("issuer", "Invalid issuer", sentence(err))
	}
	if _, given, found := strings.Cut(m.OIDCProviderARN.ValueString(), ":oidc-provider/"); found && given != issuer {
		return problem("oidc_provider_arn", "OIDC provider of another issuer",
			fmt.Sprintf("%q is not the provider of https://%s, which issuer stands for. Remove issuer, or write the provider of that issuer.", m.OIDCProviderARN.ValueString(), issuer))
	}
	return nil
}

func sentence(err error) string {
	text := err.Error()
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

// issuerOf gives the issuer argument for the provider of an issuer.
func issuerOf(providerARN string) types.String {
	_, issuer, _ := strings.Cut(providerARN, ":oidc-provider/")
	switch issuer {
	case "":
		return types.StringNull()
	case pattern.GitHubIssuer:
		return types.StringValue("github")
	case pattern.GitLabIssuer:
		return types.StringValue("gitlab")
	default:
		return types.StringValue("https://" + issuer)
	}
}

// planOIDC plans issuer, provider and audiences, each from the others where the configuration leaves it out. The provider's
// ARN follows from the issuer and the account; whether there is one is looked up for a role that doesn't have it yet.
func (m *model) planOIDC(ctx context.Context, provider *fw.ProviderData, config, state *model, diags *diag.Diagnostics) {
	issuer, err := pattern.OIDCIssuer(config.Issuer.ValueString())
	if m.OIDCProviderARN = config.OIDCProviderARN; config.OIDCProviderARN.IsNull() {
		m.OIDCProviderARN = types.StringUnknown()
		if err == nil {
			m.planProviderARN(ctx, provider, issuer, state, diags)
		}
	}
	if m.Issuer = config.Issuer; config.Issuer.IsNull() {
		m.Issuer = types.StringUnknown()
		if !m.OIDCProviderARN.IsUnknown() {
			m.Issuer = issuerOf(m.OIDCProviderARN.ValueString())
		}
	}
	if m.Audiences = config.Audiences; config.Audiences.IsNull() {
		m.planAudiences()
	}
	if m.OIDCProviderARN.IsUnknown() || !m.OIDCProviderARN.Equal(state.OIDCProviderARN) {
		m.lookUp(ctx, provider, config, false, diags)
	}
}

func (m *model) planProviderARN(ctx context.Context, provider *fw.ProviderData, issuer string, state *model, diags *diag.Diagnostics) {
	before := state.OIDCProviderARN.ValueString()
	caller, known := fw.Account(ctx, provider, diags)
	switch {
	case known:
		m.OIDCProviderARN = types.StringValue(pattern.OIDCProviderARN(caller.Partition, caller.AccountID, issuer))
	case strings.HasSuffix(before, ":oidc-provider/"+issuer):
		m.OIDCProviderARN = types.StringValue(before)
	}
}

// planAudiences gives the audiences that the pattern takes without any: they follow from the issuer.
func (m *model) planAudiences() {
	issuer, err := pattern.OIDCIssuer(m.Issuer.ValueString())
	if err != nil {
		m.Audiences = types.SetUnknown(types.StringType)
		return
	}
	m.Audiences = fw.StringSet(pattern.CIRoleInput{ProviderARN: pattern.OIDCProviderARN("aws", "111111111111", issuer)}.Trust().OIDC.Audiences)
}

// lookUp finds the issuer's provider, unless the configuration names one. There being none is an error. When it can't be
// looked up, the plan goes on with a warning, and the apply fails.
func (m *model) lookUp(ctx context.Context, provider *fw.ProviderData, config *model, apply bool, diags *diag.Diagnostics) {
	issuer, err := pattern.OIDCIssuer(config.Issuer.ValueString())
	if err != nil || !config.OIDCProviderARN.IsNull() || diags.HasError() {
		return
	}
	const hint = "\n\nAllow iam:ListOpenIDConnectProviders, or set oidc_provider_arn, which isn't looked up."
	arn, err := provider.Clients.OIDCProvider(ctx, issuer)
	switch {
	case awsapi.IsNotFound(err):
		diags.AddAttributeError(path.Root("issuer"), "No OIDC provider", m.missing(issuer))
	case err != nil && apply:
		fw.AddError(diags, "looking up the OIDC provider of", kind().Object, m.Name.ValueString(), fmt.Errorf("%w%s", err, hint))
	case err != nil:
		diags.AddAttributeWarning(path.Root("issuer"), "OIDC provider not looked up", "Whether the account has a provider for https://"+issuer+" is looked up again at apply: "+err.Error()+hint)
	case !strings.HasSuffix(arn, ":oidc-provider/"+issuer):
		diags.AddAttributeError(path.Root("issuer"), "OIDC provider of another name", "The account has no provider for https://"+issuer+", but "+arn+
			", and IAM compares a token's iss as it is written, with a slash at its end or without. If the tokens have the provider's, write issuer = \""+issuerOf(arn).ValueString()+
			"\"; if not, the account needs a provider for https://"+issuer+".")
	case m.OIDCProviderARN.IsUnknown() && apply:
		m.OIDCProviderARN = types.StringValue(arn)
	}
}

// missing says that an issuer has no provider in the account, and what to write.
func (m *model) missing(issuer string) string {
	name, _, _ := strings.Cut(issuer, ".")
	if issuer == pattern.GitHubIssuer {
		name = "github"
	}
	audiences, _ := fw.KnownStrings(m.Audiences)
	quoted := make([]string, len(audiences))
	for i, audience := range audiences {
		quoted[i] = fmt.Sprintf("%q", audience)
	}
	return fmt.Sprintf("The account has no OIDC provider for https://%s, and this resource makes none, since an account has one that all roles use. Write:\n\n"+
		"resource \"aws_iam_openid_connect_provider\" %q {\n  url            = \"https://%s\"\n  client_id_list = [%s]\n}\n\n"+
		"and here oidc_provider_arn = aws_iam_openid_connect_provider.%s.arn in the place of issuer.", issuer, name, issuer, strings.Join(quoted, ", "), name)
}

// checkAccount warns of the provider of another account: STS looks for it in the role's own.
func (m *model) checkAccount(ctx context.Context, provider *fw.ProviderData, diags *diag.Diagnostics) {
	caller, err := provider.Clients.Identity(ctx)
	owner := awsapi.AccountOfARN(m.OIDCProviderARN.ValueString())
	if err == nil && owner != "" && owner != caller.AccountID {
		diags.AddAttributeWarning(path.Root("oidc_provider_arn"), "OIDC provider of another account",
			fmt.Sprintf("%q is in account %s, and the role in %s, where STS looks for the provider. Write the provider of that account.", m.OIDCProviderARN.ValueString(), owner, caller.AccountID))
	}
}
