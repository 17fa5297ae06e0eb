// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package reach

import (
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// PrincipalKind is a kind of principal (IAM User Guide, reference_policies_elements_principal).
type PrincipalKind uint8

// The kinds. A role stands for its sessions, a service-linked role among them.
const (
	Anonymous PrincipalKind = iota
	Service
	Root
	User
	Role
	FederatedUser
)

var allKinds = [...]PrincipalKind{Role, User, Root, FederatedUser, Service, Anonymous}

// source says on behalf of what a service calls: nothing, an object whose ARN names its account, or one whose ARN doesn't,
// as those of S3.
type source uint8

const (
	noSource source = iota
	sourceWithAccount
	sourceWithoutAccount
)

// branch is a part of all requests, within which every condition key comes from one coordinate.
type branch struct {
	kind     PrincipalKind
	source   source
	endpoint bool
	// owner says that the principal is of the account that owns the repository.
	owner bool
	// registry says that the action is on the registry, tags that it carries tags, setting an account setting.
	registry, tags, setting bool
}

// The coordinates of a request. All other keys are coordinates of their own, by their names.
const (
	principalAt   = "principal"
	orgAt         = "organization"
	resourceAt    = "resource"
	resourceOrgAt = "the owner's organization"
	sourceAt      = "source"
	sourceOrgAt   = "the source's organization"
	endpointAt    = "endpoint"
	endpointOrgAt = "the endpoint's organization"
	vpcAt         = "vpc"
	timeAt        = "time"
)

// nul separates the parts of a coordinate that a key doesn't show.
const nul = '\x00'

// view says how the value of a key follows from a coordinate: what stands between prefix and suffix, in which a wildcard
// doesn't reach over except.
type view struct {
	at             string
	prefix, suffix []symbol
	except         rune
	// list says that the key is multivalued, with this value alone.
	list bool
	// fixed is the value in all requests of the branch, where it is one.
	fixed *value
	// joined stands in the coordinate where the key's value has its one colon; nil where the value has its colons as they are.
	joined []symbol
	// cut takes the key's value out of the coordinate's text; nil takes it whole.
	cut func(string) string
}

// value is what a request carries under a key, or where a coordinate stands. An empty one is absent.
type value []string

func constant(text string) view { return view{fixed: &value{text}} }

func absent() view { return view{fixed: &value{}} }

func anything() []symbol { return []symbol{{kind: many}} }

func upTo(separator rune) []symbol {
	return []symbol{{kind: many, except: separator}, {char: separator}}
}

func behind(separator rune) []symbol { return []symbol{{char: separator}, {kind: many}} }

// segment is a part of an ARN between its colons.
func segment(at string, i int) view {
	v := view{at: at, suffix: behind(':'), except: ':', cut: func(text string) string { return strings.Split(text, ":")[i] }}
	for range i {
		v.prefix = append(v.prefix, upTo(':')...)
	}
	return v
}

// head is what stands before the first separator of a coordinate.
func head(at string, separator rune) view {
	return view{at: at, suffix: behind(separator), except: separator, cut: func(text string) string {
		text, _, _ = strings.Cut(text, string(separator))
		return text
	}}
}

// tail is what stands behind the last separator, and before the end mark where there is one.
func tail(at string, separator rune, marked bool) view {
	v := view{at: at, prefix: append(anything(), symbol{char: separator}), except: separator, cut: func(text string) string {
		text, _, _ = strings.Cut(text, string(nul))
		return text[strings.LastIndexByte(text, byte(separator))+1:]
	}}
	if marked {
		v.suffix = behind(nul)
	}
	return v
}

// behindMark is what stands behind the mark of a coordinate.
func behindMark(at string) view {
	return view{at: at, prefix: upTo(nul), cut: func(text string) string {
		_, text, _ = strings.Cut(text, string(nul))
		return text
	}}
}

// federatedID is the id of a federated user, its account and its name, out of its ARN.
func federatedID() view {
	v := segment(principalAt, 4)
	v.joined, v.suffix, v.except = textSymbols(":federated-user/"), []symbol{{char: nul}}, 0
	v.cut = func(text string) string {
		text, _, _ = strings.Cut(text, string(nul))
		parts := strings.Split(text, ":")
		return parts[4] + ":" + strings.TrimPrefix(parts[5], "federated-user/")
	}
	return v
}

// view gives the view of a key.
func (q *query) view(b *branch, key string) view {
	switch key {
	case "aws:currenttime", "aws:epochtime":
		return view{at: timeAt}
	case "aws:resourceaccount":
		return segment(resourceAt, 4)
	case "aws:requestedregion":
		return segment(resourceAt, 3)
	case "aws:resourceorgid":
		return head(resourceOrgAt, '/')
	case "aws:resourceorgpaths":
		return view{at: resourceOrgAt, list: true}
	case "aws:tagkeys":
		if !b.tags {
			return absent()
		}
		return view{at: key, list: true}
	case "ecr:accountsetting":
		if !b.setting {
			return absent()
		}
		return view{at: key}
	}
	if name, found := strings.CutPrefix(key, "ecr:resourcetag/"); found {
		key = "aws:resourcetag/" + name
	}
	switch {
	case strings.HasPrefix(key, "aws:resourcetag/") && b.registry, strings.HasPrefix(key, "aws:requesttag/") && !b.tags:
		return absent()
	}
	if v, ok := b.network(key); ok {
		return v
	}
	if v, ok := b.caller(key); ok {
		return v
	}
	return view{at: key, list: q.lists[key]}
}

// network gives the keys of the way that a request takes. One through a VPC endpoint has no aws:SourceIp, and no other has
// the keys of endpoints (IAM User Guide, reference_policies_condition-keys).
func (b *branch) network(key string) (view, bool) {
	v := view{}
	switch key {
	case "aws:sourceip":
		if b.endpoint {
			return absent(), true
		}
		return view{at: key}, true
	case "aws:vpcsourceip":
		v = view{at: key}
	case "aws:sourcevpce":
		v = tail(endpointAt, '/', false)
	case "aws:vpceaccount":
		v = head(endpointAt, '/')
	case "aws:sourcevpc":
		v = tail(vpcAt, '/', false)
	case "aws:sourcevpcarn":
		v = view{at: vpcAt}
	case "aws:vpceorgid":
		v = head(endpointOrgAt, '/')
	case "aws:vpceorgpaths":
		v = view{at: endpointOrgAt, list: true}
	default:
		return v, false
	}
	if !b.endpoint {
		return absent(), true
	}
	return v, true
}

// principalTypes are the values of aws:PrincipalType (IAM User Guide, reference_policies_variables).
var principalTypes = map[PrincipalKind]string{Root: "Account", User: "User", Role: "AssumedRole", FederatedUser: "FederatedUser"}

// caller gives the keys that follow from who calls.
func (b *branch) caller(key string) (view, bool) {
	switch b.kind {
	case Anonymous:
		return b.anonymous(key)
	case Service:
		return b.service(key)
	case Root, User, Role, FederatedUser:
	}
	switch key {
	case "aws:principalarn":
		return head(principalAt, nul), true
	case "aws:principalaccount":
		return segment(principalAt, 4), true
	case "aws:userid":
		switch b.kind {
		case Root:
			return segment(principalAt, 4), true
		case FederatedUser:
			return federatedID(), true
		default:
		}
		return behindMark(principalAt), true
	case "aws:username":
		if b.kind != User {
			return absent(), true
		}
		return tail(principalAt, '/', true), true
	case "aws:principaltype":
		return constant(principalTypes[b.kind]), true
	case "aws:principalisawsservice":
		return constant("false"), true
	case "aws:principalorgid":
		return head(orgAt, '/'), true
	case "aws:principalorgpaths":
		return view{at: orgAt, list: true}, true
	case "aws:principalservicename", "aws:principalservicenameslist", "aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths":
		return absent(), true
	default:
		return view{}, false
	}
}

func (b *branch) anonymous(key string) (view, bool) {
	switch key {
	case "aws:userid", "aws:principalaccount":
		return constant("anonymous"), true
	case "aws:principaltype":
		return constant("Anonymous"), true
	}
	return absent(), strings.HasPrefix(key, "aws:principal") || strings.HasPrefix(key, "aws:source") || key == "aws:username"
}

// service gives the keys of a service principal that calls for itself or on behalf of an object.
func (b *branch) service(key string) (view, bool) {
	var v view
	switch key {
	case "aws:principalisawsservice":
		return constant("true"), true
	case "aws:principalservicename":
		return view{at: principalAt}, true
	case "aws:principalservicenameslist":
		return view{at: principalAt, list: true}, true
	case "aws:sourcearn":
		v = head(sourceAt, nul)
	case "aws:sourceaccount":
		if v = segment(sourceAt, 4); b.source == sourceWithoutAccount {
			v = behindMark(sourceAt)
		}
	case "aws:sourceorgid":
		v = head(sourceOrgAt, '/')
	case "aws:sourceorgpaths":
		v = view{at: sourceOrgAt, list: true}
	default:
		return absent(), strings.HasPrefix(key, "aws:principal") || key == "aws:userid" || key == "aws:username"
	}
	if b.source == noSource {
		return absent(), true
	}
	return v, true
}

// carries says which keys of their own the requests of an action have (Service Authorization Reference,
// list_amazonelasticcontainerregistry).
func (b *branch) carries(name string) {
	action, known := policy.ECRAction(name)
	if !known {
		// An action that isn't known may carry everything.
		b.tags, b.setting = true, true
		return
	}
	b.registry = !action.RepositoryLevel
	b.tags = slices.Contains(action.ConditionKeys, "aws:TagKeys") || slices.Contains(action.ConditionKeys, "aws:RequestTag/${TagKey}")
	b.setting = slices.Contains(action.ConditionKeys, "ecr:AccountSetting")
}
