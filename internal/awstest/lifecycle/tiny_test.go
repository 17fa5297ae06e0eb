// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	providerschema "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	tf "github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// The bugs that tinyProvider can have. The harness must find each.
const (
	forgetsObject    = "forgets the object when the second call of create fails"
	losesForeign     = "loses foreign statements"
	hidesError       = "says that a failed update succeeded"
	namesNothing     = "doesn't name the object in errors"
	panics           = "panics on an error"
	breaksPromise    = "gives another value than planned"
	savesUnknown     = "leaves a value unknown"
	dropsOnUpdate    = "drops the object from state when an update fails"
	deletesNothing   = "says that a failed delete succeeded"
	replacesLate     = "replaces for a value that gets known after the plan"
	reliesOnIdentity = "takes the identity of an update from the request"
)

// tinyProvider has one resource: a repository with one statement of its own in a policy that others write, too.
type tinyProvider struct{ bug string }

func newTiny(bug string) func() tfprotov6.ProviderServer {
	return func() tfprotov6.ProviderServer { return providerserver.NewProtocol6(tinyProvider{bug: bug})() }
}

func (tinyProvider) Metadata(_ context.Context, _ provider.MetadataRequest, r *provider.MetadataResponse) {
	r.TypeName = "tiny"
}

func (tinyProvider) Schema(_ context.Context, _ provider.SchemaRequest, r *provider.SchemaResponse) {
	r.Schema.Attributes = map[string]providerschema.Attribute{}
	for _, name := range []string{"endpoint", "access_key", "secret_key"} {
		r.Schema.Attributes[name] = providerschema.StringAttribute{Required: true}
	}
}

func (tinyProvider) Configure(ctx context.Context, q provider.ConfigureRequest, r *provider.ConfigureResponse) {
	var endpoint, accessKey, secretKey string
	r.Diagnostics.Append(q.Config.GetAttribute(ctx, path.Root("endpoint"), &endpoint)...)
	r.Diagnostics.Append(q.Config.GetAttribute(ctx, path.Root("access_key"), &accessKey)...)
	r.Diagnostics.Append(q.Config.GetAttribute(ctx, path.Root("secret_key"), &secretKey)...)
	r.ResourceData = ecr.New(ecr.Options{
		Region: "eu-west-1", BaseEndpoint: &endpoint, RetryMaxAttempts: 1,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: accessKey, SecretAccessKey: secretKey}, nil
		}),
	})
}

func (tinyProvider) DataSources(context.Context) []func() datasource.DataSource { return nil }

func (p tinyProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return &tinyResource{bug: p.bug} }}
}

type tinyResource struct {
	bug string
	ecr *ecr.Client
}

type tinyModel struct {
	Name    tf.String `tfsdk:"name"`
	Account tf.String `tfsdk:"account"`
	Note    tf.String `tfsdk:"note"`
	ARN     tf.String `tfsdk:"arn"`
}

func (*tinyResource) Metadata(_ context.Context, _ resource.MetadataRequest, r *resource.MetadataResponse) {
	r.TypeName = "tiny_share"
}

func (t *tinyResource) Schema(_ context.Context, _ resource.SchemaRequest, r *resource.SchemaResponse) {
	onceKnown := stringplanmodifier.RequiresReplaceIf(func(_ context.Context, q planmodifier.StringRequest, r *stringplanmodifier.RequiresReplaceIfFuncResponse) {
		r.RequiresReplace = t.bug == replacesLate && !q.PlanValue.IsUnknown()
	}, "", "")
	r.Schema.Attributes = map[string]schema.Attribute{
		"name": schema.StringAttribute{
			Required: true, PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
		},
		"account": schema.StringAttribute{Required: true, PlanModifiers: []planmodifier.String{onceKnown}},
		"note":    schema.StringAttribute{Optional: true, Computed: true},
		"arn": schema.StringAttribute{
			Computed: true, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
	}
}

func (*tinyResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, r *resource.IdentitySchemaResponse) {
	r.IdentitySchema.Attributes = map[string]identityschema.Attribute{"name": identityschema.StringAttribute{RequiredForImport: true}}
}

func (t *tinyResource) Configure(_ context.Context, q resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	t.ecr, _ = q.ProviderData.(*ecr.Client)
}

func (t *tinyResource) ImportState(ctx context.Context, q resource.ImportStateRequest, r *resource.ImportStateResponse) {
	resource.ImportStatePassthroughWithIdentity(ctx, path.Root("name"), path.Root("name"), q, r)
}

func (t *tinyResource) Create(ctx context.Context, q resource.CreateRequest, r *resource.CreateResponse) {
	var m tinyModel
	r.Diagnostics.Append(q.Plan.Get(ctx, &m)...)
	name := m.Name.ValueStringPointer()
	out, err := t.ecr.CreateRepository(ctx, &ecr.CreateRepositoryInput{RepositoryName: name})
	if err != nil {
		var exists *types.RepositoryAlreadyExistsException
		if !errors.As(err, &exists) {
			// The answer may have been lost after the repository was made.
			err = errors.Join(err, t.remove(ctx, *name))
		}
		r.Diagnostics.AddError(t.failed("creating repository", *name, err))
		return
	}
	m.ARN = tf.StringPointerValue(out.Repository.RepositoryArn)
	if err := t.write(ctx, m); err != nil {
		if t.bug != forgetsObject && t.remove(ctx, *name) != nil {
			m.Note = tf.StringValue("")
			r.Diagnostics.Append(r.State.Set(ctx, m)...)
		}
		r.Diagnostics.AddError(t.failed("writing the policy of", *name, err))
		return
	}
	t.keep(&m)
	r.Diagnostics.Append(r.State.Set(ctx, m)...)
	r.Diagnostics.Append(r.Identity.SetAttribute(ctx, path.Root("name"), m.Name)...)
}

func (t *tinyResource) Read(ctx context.Context, q resource.ReadRequest, r *resource.ReadResponse) {
	var m tinyModel
	r.Diagnostics.Append(q.State.Get(ctx, &m)...)
	name := m.Name.ValueString()
	out, err := t.ecr.DescribeRepositories(ctx, &ecr.DescribeRepositoriesInput{RepositoryNames: []string{name}})
	var none *types.RepositoryNotFoundException
	if errors.As(err, &none) {
		r.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		r.Diagnostics.AddError(t.failed("reading repository", name, err))
		return
	}
	statements, err := t.statements(ctx, name)
	if err != nil {
		r.Diagnostics.AddError(t.failed("reading the policy of", name, err))
		return
	}
	m.ARN = tf.StringPointerValue(out.Repositories[0].RepositoryArn)
	m.Account = tf.StringValue(statements["Own"])
	if m.Note.IsNull() {
		m.Note = tf.StringValue("kept")
	}
	r.Diagnostics.Append(r.State.Set(ctx, m)...)
	r.Diagnostics.Append(r.Identity.SetAttribute(ctx, path.Root("name"), m.Name)...)
}

func (t *tinyResource) Update(ctx context.Context, q resource.UpdateRequest, r *resource.UpdateResponse) {
	var m tinyModel
	r.Diagnostics.Append(q.Plan.Get(ctx, &m)...)
	if err := t.write(ctx, m); err != nil && t.bug != hidesError {
		if t.bug == dropsOnUpdate {
			r.State.RemoveResource(ctx)
		}
		r.Diagnostics.AddError(t.failed("writing the policy of", m.Name.ValueString(), err))
		return
	}
	t.keep(&m)
	r.Diagnostics.Append(r.State.Set(ctx, m)...)
	if t.bug != reliesOnIdentity {
		r.Diagnostics.Append(r.Identity.SetAttribute(ctx, path.Root("name"), m.Name)...)
	}
}

func (t *tinyResource) Delete(ctx context.Context, q resource.DeleteRequest, r *resource.DeleteResponse) {
	var m tinyModel
	r.Diagnostics.Append(q.State.Get(ctx, &m)...)
	if err := t.remove(ctx, m.Name.ValueString()); err != nil && t.bug != deletesNothing {
		r.Diagnostics.AddError(t.failed("deleting repository", m.Name.ValueString(), err))
	}
}

// keep fills what is computed.
func (t *tinyResource) keep(m *tinyModel) {
	if m.Note.IsUnknown() && t.bug != savesUnknown {
		m.Note = tf.StringValue("kept")
	}
	if t.bug == breaksPromise {
		m.Account = tf.StringValue("999999999999")
	}
}

func (t *tinyResource) failed(what, name string, err error) (summary, detail string) {
	if t.bug == panics {
		panic(err)
	}
	if t.bug == namesNothing {
		return "it failed", "somehow"
	}
	return fmt.Sprintf("%s (%s)", what, name), err.Error()
}

func (t *tinyResource) remove(ctx context.Context, name string) error {
	_, err := t.ecr.DeleteRepository(ctx, &ecr.DeleteRepositoryInput{RepositoryName: &name, Force: true})
	var none *types.RepositoryNotFoundException
	if errors.As(err, &none) {
		return nil
	}
	return err
}

// write sets the own statement and leaves the others.
func (t *tinyResource) write(ctx context.Context, m tinyModel) error {
	statements := map[string]string{}
	if t.bug != losesForeign {
		var err error
		if statements, err = t.statements(ctx, m.Name.ValueString()); err != nil {
			return err
		}
	}
	statements["Own"] = m.Account.ValueString()
	return setStatements(ctx, t.ecr, m.Name.ValueString(), statements)
}

// statements gives the account that each Sid names.
func (t *tinyResource) statements(ctx context.Context, name string) (map[string]string, error) {
	out, err := t.ecr.GetRepositoryPolicy(ctx, &ecr.GetRepositoryPolicyInput{RepositoryName: &name})
	var none *types.RepositoryPolicyNotFoundException
	if errors.As(err, &none) {
		return map[string]string{}, nil
	}
	if err != nil {
		return nil, err
	}
	var document struct {
		Statement []struct {
			Sid       string
			Principal struct{ AWS string }
		}
	}
	err = json.Unmarshal([]byte(aws.ToString(out.PolicyText)), &document)
	accounts := map[string]string{}
	for _, s := range document.Statement {
		accounts[s.Sid] = s.Principal.AWS
	}
	return accounts, err
}

func setStatements(ctx context.Context, client *ecr.Client, name string, accounts map[string]string) error {
	var list []any
	for _, sid := range slices.Sorted(maps.Keys(accounts)) {
		list = append(list, map[string]any{
			"Sid": sid, "Effect": "Allow", "Principal": map[string]string{"AWS": accounts[sid]}, "Action": "ecr:BatchGetImage",
		})
	}
	text, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": list})
	if err != nil {
		return err
	}
	_, err = client.SetRepositoryPolicy(ctx, &ecr.SetRepositoryPolicyInput{RepositoryName: &name, PolicyText: aws.String(string(text))})
	return err
}
