// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"context"
	"fmt"
	"runtime/debug"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// known is what doesn't change from one process of the provider to the next: its schemas, as core remembers them, too, and
// that its configuration is valid. The framework takes 50 ms to validate a block with as many attributes as endpoints has,
// more than for the rest of a walk.
type known struct {
	version        int64
	object         tftypes.Type
	fields         map[string]field
	provider       tftypes.Type
	providerFields map[string]field
}

// session is a configured provider: one process in the real Terraform.
type session struct {
	*known
	server       tfprotov6.ProviderServer
	typeName     string
	dropIdentity bool
	skipRefresh  bool
}

func (tf *Terraform) open(ctx context.Context) (*session, error) {
	s := &session{server: tf.Provider(), typeName: tf.Type, dropIdentity: tf.DropIdentity, skipRefresh: tf.SkipRefresh, known: tf.known}
	if s.known == nil {
		if err := s.learn(ctx); err != nil {
			return nil, err
		}
	}
	value, err := configured(s.provider, s.providerFields, tf.ProviderConfig)
	if err != nil {
		return nil, fmt.Errorf("the provider's configuration: %w", err)
	}
	config, err := tfprotov6.NewDynamicValue(s.provider, value)
	if err != nil {
		return nil, fmt.Errorf("the provider's configuration: %w", err)
	}
	if tf.known == nil {
		if err := validateProvider(ctx, s.server, &config); err != nil {
			return nil, err
		}
		tf.known = s.known
	}
	return s, configureProvider(ctx, s.server, &config)
}

func validateProvider(ctx context.Context, server tfprotov6.ProviderServer, config *tfprotov6.DynamicValue) error {
	_, err := call("ValidateProviderConfig", func() (any, []*tfprotov6.Diagnostic, error) {
		r, err := server.ValidateProviderConfig(ctx, &tfprotov6.ValidateProviderConfigRequest{Config: config})
		return nil, r.Diagnostics, err
	})
	return err
}

func configureProvider(ctx context.Context, server tfprotov6.ProviderServer, config *tfprotov6.DynamicValue) error {
	_, err := call("ConfigureProvider", func() (any, []*tfprotov6.Diagnostic, error) {
		r, err := server.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{
			TerraformVersion: "1.11.4", Config: config, ClientCapabilities: &tfprotov6.ConfigureProviderClientCapabilities{},
		})
		return nil, r.Diagnostics, err
	})
	return err
}

// learn asks for the schemas.
func (s *session) learn(ctx context.Context) error {
	schemas, err := call("GetProviderSchema", func() (*tfprotov6.GetProviderSchemaResponse, []*tfprotov6.Diagnostic, error) {
		r, err := s.server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
		return r, r.Diagnostics, err
	})
	if err != nil {
		return err
	}
	schema, ok := schemas.ResourceSchemas[s.typeName]
	if !ok {
		return fmt.Errorf("the provider has no resource %s", s.typeName)
	}
	s.known = &known{
		version: schema.Version, object: schema.ValueType(), fields: fieldsOf(schema.Block),
		provider: schemas.Provider.ValueType(), providerFields: fieldsOf(schemas.Provider.Block),
	}
	return nil
}

// call makes a remote procedure call: a panic or an error of the call itself is a bug, an error diagnostic is an error.
func call[T any](name string, rpc func() (T, []*tfprotov6.Diagnostic, error)) (result T, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = bug(name, "panic: %v\n%s", p, debug.Stack())
		}
	}()
	result, diagnostics, err := rpc()
	if err != nil {
		return result, bug(name, "%s", err)
	}
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			return result, &DiagnosticsError{Diagnostics: diagnostics}
		}
	}
	return result, nil
}

func (s *session) null() tftypes.Value { return tftypes.NewValue(s.object, nil) }

// dynamic encodes a value of the resource. The value is one that this package made of the schema.
func (s *session) dynamic(v tftypes.Value) *tfprotov6.DynamicValue {
	d, err := tfprotov6.NewDynamicValue(s.object, v)
	if err != nil {
		panic(err)
	}
	return &d
}

// decode reads a value that the provider gave.
func (s *session) decode(during string, d *tfprotov6.DynamicValue) (tftypes.Value, error) {
	if d == nil {
		return s.null(), nil
	}
	v, err := d.Unmarshal(s.object)
	if err != nil {
		return s.null(), bug(during, "the value doesn't fit the schema: %s", err)
	}
	return v, nil
}

func (s *session) config(config map[string]any) (tftypes.Value, error) {
	v, err := configured(s.object, s.fields, config)
	if err != nil {
		return v, fmt.Errorf("the configuration of %s: %w", s.typeName, err)
	}
	return v, nil
}

func (s *session) validate(ctx context.Context, value tftypes.Value) error {
	_, err := call("ValidateResourceConfig", func() (any, []*tfprotov6.Diagnostic, error) {
		r, err := s.server.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{
			TypeName: s.typeName, Config: s.dynamic(value),
			ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
		})
		return nil, r.Diagnostics, err
	})
	return err
}

// refresh upgrades the state's JSON and reads the object. It gives nil and null for one that is gone.
func (s *session) refresh(ctx context.Context, state *State) (*State, tftypes.Value, error) {
	if state == nil {
		return nil, s.null(), nil
	}
	upgraded, err := call("UpgradeResourceState", func() (*tfprotov6.UpgradeResourceStateResponse, []*tfprotov6.Diagnostic, error) {
		r, err := s.server.UpgradeResourceState(ctx, &tfprotov6.UpgradeResourceStateRequest{
			TypeName: s.typeName, Version: state.Version, RawState: &tfprotov6.RawState{JSON: state.Attributes},
		})
		return r, r.Diagnostics, err
	})
	if err != nil {
		return nil, s.null(), err
	}
	current, err := s.decode("UpgradeResourceState", upgraded.UpgradedState)
	if err != nil {
		return nil, s.null(), err
	}
	if s.skipRefresh {
		return state, current, nil
	}
	read, err := call("ReadResource", func() (*tfprotov6.ReadResourceResponse, []*tfprotov6.Diagnostic, error) {
		r, err := s.server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{
			TypeName: s.typeName, CurrentState: s.dynamic(current), Private: state.Private, CurrentIdentity: state.Identity,
			ClientCapabilities: &tfprotov6.ReadResourceClientCapabilities{},
		})
		return r, r.Diagnostics, err
	})
	if err != nil {
		return nil, s.null(), err
	}
	value, err := s.decode("ReadResource", read.NewState)
	if err != nil {
		return nil, s.null(), err
	}
	refreshed, err := s.state("ReadResource", value, read.Private, read.NewIdentity)
	if refreshed != nil {
		refreshed.Tainted = state.Tainted
	}
	return refreshed, value, err
}

// state gives what the state file would hold of a value; nil for null.
func (s *session) state(during string, v tftypes.Value, private []byte, identity *tfprotov6.ResourceIdentityData) (*State, error) {
	if v.IsNull() {
		return nil, nil
	}
	attributes, err := toJSON(v)
	if err != nil {
		return nil, bug(during, "%s", err)
	}
	return &State{Attributes: attributes, Version: s.version, Private: private, Identity: s.keep(identity)}, nil
}

// keep gives the identity as the Terraform that is played keeps it.
func (s *session) keep(identity *tfprotov6.ResourceIdentityData) *tfprotov6.ResourceIdentityData {
	if s.dropIdentity {
		return nil
	}
	return identity
}

// identity encodes what an import block gives as identity: what it leaves out is null.
func (s *session) identity(ctx context.Context, attributes map[string]any) (*tfprotov6.ResourceIdentityData, error) {
	schemas, err := call("GetResourceIdentitySchemas", func() (*tfprotov6.GetResourceIdentitySchemasResponse, []*tfprotov6.Diagnostic, error) {
		r, err := s.server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
		return r, r.Diagnostics, err
	})
	if err != nil {
		return nil, err
	}
	schema, ok := schemas.IdentitySchemas[s.typeName]
	if !ok {
		return nil, fmt.Errorf("%s has no identity", s.typeName)
	}
	fields := map[string]field{}
	for _, a := range schema.IdentityAttributes {
		if a.RequiredForImport && attributes[a.Name] == nil {
			return nil, fmt.Errorf("the identity of %s needs %s", s.typeName, a.Name)
		}
		fields[a.Name] = field{valueType: a.Type}
	}
	value, err := configured(schema.ValueType(), fields, attributes)
	if err != nil {
		return nil, fmt.Errorf("the identity of %s: %w", s.typeName, err)
	}
	data, err := tfprotov6.NewDynamicValue(schema.ValueType(), value)
	return &tfprotov6.ResourceIdentityData{IdentityData: &data}, err
}

// importState imports by an id, or by an identity where there is one.
func (s *session) importState(ctx context.Context, id string, identity *tfprotov6.ResourceIdentityData) (*State, error) {
	r, err := call("ImportResourceState", func() (*tfprotov6.ImportResourceStateResponse, []*tfprotov6.Diagnostic, error) {
		r, err := s.server.ImportResourceState(ctx, &tfprotov6.ImportResourceStateRequest{
			TypeName: s.typeName, ID: id, Identity: identity, ClientCapabilities: &tfprotov6.ImportResourceStateClientCapabilities{},
		})
		return r, r.Diagnostics, err
	})
	if err != nil {
		return nil, err
	}
	if len(r.ImportedResources) != 1 || r.ImportedResources[0].TypeName != s.typeName {
		return nil, bug("ImportResourceState", "%d resources imported, want one of %s", len(r.ImportedResources), s.typeName)
	}
	imported := r.ImportedResources[0]
	if identity != nil && imported.Identity == nil {
		return nil, bug("ImportResourceState", "the import didn't return an identity")
	}
	value, err := s.decode("ImportResourceState", imported.State)
	if err != nil {
		return nil, err
	}
	return s.state("ImportResourceState", value, imported.Private, imported.Identity)
}
