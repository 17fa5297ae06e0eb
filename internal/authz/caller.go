// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"maps"
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// Caller says who calls and from where, in an engineer's words. Its requests carry the condition keys that AWS would send
// for a call made directly, over TLS (IAM User Guide, reference_policies_condition-keys). Keys that can't be told from it,
// such as the time or the IP address, are unknown.
type Caller struct {
	// Principal is as in Request. The ARN of a role stands for its sessions.
	Principal string
	// OrganizationPath is where the caller's account is, such as "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/"; "" is an account in
	// no organization, UnknownValue one of which that isn't known.
	OrganizationPath string
	// UserID is aws:userid, such as "AROAEXAMPLE:session"; "" when it isn't known.
	UserID string
	// Tags are those of the principal and its session; nil when they aren't known.
	Tags map[string]string
	// SourceVPCE and SourceVPC are the VPC endpoint that the call goes through and its VPC; "" for a call that goes through
	// none.
	SourceVPCE, SourceVPC string
	// Context holds keys that stand above those that follow from the rest.
	Context map[string]Values
}

// Repository is what is acted on.
type Repository struct {
	// ARN is the repository's ARN, or "*" for the caller's own registry.
	ARN string
	// OrganizationPath is where the owner's account is, as in Caller.
	OrganizationPath string
	// Tags are those of the repository; nil when they aren't known.
	Tags map[string]string
}

// Request gives the request that the caller makes for the action.
func (c Caller) Request(action string, r Repository) Request {
	return c.template().request(action, r.template())
}

// callerTemplate is what the requests of one caller have in common.
type callerTemplate struct {
	Caller
	account string
	keys    map[string]Values
}

func (c Caller) template() *callerTemplate {
	who := parsePrincipal(c.Principal, &Context{})
	k := keys{&Context{}}
	k.caller(c, who)
	k.network(c)
	return &callerTemplate{c, who.account, k.values}
}

// repositoryTemplate is what the requests for one repository have in common.
type repositoryTemplate struct {
	Repository
	account string
	keys    map[string]Values
}

func (r Repository) template() *repositoryTemplate {
	resource, _ := splitARN(r.ARN)
	if strings.Contains(r.ARN, UnknownValue) && len(resource.account) != len("111111111111") {
		resource.region, resource.account = UnknownValue, UnknownValue
	}
	if resource.account == "" {
		// The ARNs of some services name no account.
		resource.account = UnknownValue
	}
	k := keys{&Context{}}
	k.value("aws:requestedregion", resource.region)
	k.value("aws:resourceaccount", resource.account)
	organization := r.OrganizationPath
	if r.ARN == "*" {
		organization = UnknownValue // until the caller's is known, whose registry it is
	}
	k.organization("aws:resourceorgid", "aws:resourceorgpaths", organization)
	k.tags(r.Tags, "aws:resourcetag/")
	k.tags(r.Tags, "ecr:resourcetag/")
	return &repositoryTemplate{r, resource.account, k.values}
}

func (c *callerTemplate) request(action string, r *repositoryTemplate) Request {
	out := Request{Principal: c.Principal, Action: action, Resource: r.ARN, ResourceAccount: r.account, Context: OpenContext()}
	out.Context.shared = [...]map[string]Values{c.keys, r.keys, actionKeys(action)}
	k := keys{&out.Context}
	if r.ARN == "*" {
		out.ResourceAccount = c.account
		if c.account != "" {
			k.value("aws:resourceaccount", c.account)
		}
		k.organization("aws:resourceorgid", "aws:resourceorgpaths", c.OrganizationPath)
		// Which Region's registry it is can't be told.
		k.Set("aws:requestedregion", Single(UnknownValue))
	}
	for _, name := range slices.Sorted(maps.Keys(c.Context)) {
		out.Context.Set(name, c.Context[name])
	}
	if account, set := out.Context.get("aws:resourceaccount"); out.ResourceAccount == UnknownValue && set && len(account.list) == 1 {
		out.ResourceAccount = account.list[0]
	}
	return out
}

// keys fills a context. What isn't set stays unknown.
type keys struct{ *Context }

func (k keys) absent(names ...string) {
	for _, name := range names {
		k.Set(name, Values{})
	}
}

// value sets a key whose value may not be known, or may not be there.
func (k keys) value(name, value string) {
	switch value {
	case "":
		k.absent(name)
	case UnknownValue:
	default:
		k.Set(name, Single(value))
	}
}

func (k keys) caller(c Caller, who principal) {
	switch who.kind {
	case rootPrincipal, userPrincipal, rolePrincipal, sessionPrincipal, federatedPrincipal:
	case unknownPrincipal:
		return
	case anonymousPrincipal:
		k.absent("aws:principalisawsservice", "aws:principalservicename", "aws:principalservicenameslist")
		k.Set("aws:userid", Single("anonymous"))
		k.Set("aws:principaltype", Single("Anonymous"))
		k.Set("aws:principalaccount", Single("anonymous"))
		k.noPrincipal()
		k.noSource()
		return
	case servicePrincipal:
		// The keys aws:SourceArn and its like are there when the service calls on behalf of a resource. AWS says that every
		// request has aws:PrincipalAccount, aws:PrincipalType and aws:userid, but not what they are here: nothing that a
		// policy would name, so that comparisons end as if they weren't there.
		k.Set("aws:principalisawsservice", Single("true"))
		k.Set("aws:principalservicename", Single(who.name))
		k.absent("aws:principalaccount", "aws:principaltype", "aws:userid")
		k.noPrincipal()
		return
	}
	k.noSource()
	k.absent("aws:principalservicename", "aws:principalservicenameslist", "aws:calledvia", "aws:calledviafirst", "aws:calledvialast")
	k.Set("aws:principalisawsservice", Single("false"))
	k.Set("aws:viaawsservice", Single("false"))
	k.Set("aws:principalaccount", Single(who.account))
	k.organization("aws:principalorgid", "aws:principalorgpaths", c.OrganizationPath)
	k.tags(c.Tags, "aws:principaltag/")
	k.principal(c, who)
}

// principal sets the keys of the table of principals (IAM User Guide, reference_policies_variables). Every one of them has
// a user id, known or not.
func (k keys) principal(c Caller, who principal) {
	userID, name := c.UserID, ""
	switch who.kind {
	case rootPrincipal:
		userID = who.account
		k.Set("aws:principaltype", Single("Account"))
		k.Set("aws:principalarn", Single(c.Principal))
	case userPrincipal:
		name = afterPath(who.name)
		k.Set("aws:principaltype", Single("User"))
		k.Set("aws:principalarn", Single(c.Principal))
	case federatedPrincipal:
		userID = who.account + ":" + who.name
		k.Set("aws:principaltype", Single("FederatedUser"))
		k.Set("aws:principalarn", Single(c.Principal))
	case rolePrincipal:
		k.Set("aws:principaltype", Single("AssumedRole"))
		k.Set("aws:principalarn", Single(c.Principal))
	default:
		// A session's ARN doesn't say the path of its role, which aws:PrincipalArn has.
		k.Set("aws:principaltype", Single("AssumedRole"))
		k.Set("aws:principalarn", Single("arn:"+who.partition+":iam::"+who.account+":role/"+UnknownValue))
	}
	if userID == "" {
		userID = UnknownValue
	}
	k.Set("aws:userid", Single(userID))
	k.value("aws:username", name)
}

// noPrincipal is for callers that are principals of no account.
func (k keys) noPrincipal() {
	k.absent("aws:principalarn", "aws:principalorgid", "aws:principalorgpaths", "aws:principaltag/*", "aws:username")
}

// noSource is for callers that aren't service principals.
func (k keys) noSource() {
	k.absent("aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths")
}

func (k keys) organization(id, paths, path string) {
	switch path {
	case UnknownValue:
	case "":
		k.absent(id, paths)
	default:
		organization, _, _ := strings.Cut(path, "/")
		k.Set(id, Single(organization))
		k.Set(paths, Multi(path))
	}
}

func (k keys) tags(tags map[string]string, prefix string) {
	if tags == nil {
		return
	}
	k.absent(prefix + "*")
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		value := Single(tags[key])
		if _, twice := k.Get(prefix + key); twice {
			// Of two tags whose keys differ in case, AWS takes one, and doesn't say which.
			value = Single(UnknownValue)
		}
		k.Set(prefix+key, value)
	}
}

// network sets the keys of the way to AWS. A call through an endpoint has no aws:SourceIp.
func (k keys) network(c Caller) {
	k.Set("aws:securetransport", Single("true"))
	k.value("aws:sourcevpce", c.SourceVPCE)
	switch {
	case c.SourceVPCE == "":
		k.absent("aws:sourcevpc", "aws:sourcevpcarn", "aws:vpcsourceip", "aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths")
	case c.SourceVPCE != UnknownValue:
		k.absent("aws:sourceip")
	}
	if c.SourceVPC != "" {
		k.Set("aws:sourcevpc", Single(c.SourceVPC))
	}
}

// actionKeys leaves out the keys that only other actions of ECR carry (Service Authorization Reference,
// list_amazonelasticcontainerregistry).
func actionKeys(name string) map[string]Values {
	action, known := policy.ECRAction(name)
	switch {
	case !known:
		return nil
	case len(action.ConditionKeys) == 0:
		return plainActionKeys
	}
	own := map[string]Values{}
	for listed, key := range actionKeyNames {
		if !slices.Contains(action.ConditionKeys, listed) {
			own[key] = Values{}
		}
	}
	return own
}

var (
	actionKeyNames = map[string]string{
		"aws:RequestTag/${TagKey}": "aws:requesttag/*",
		"aws:TagKeys":              "aws:tagkeys",
		"ecr:AccountSetting":       "ecr:accountsetting",
	}
	plainActionKeys = map[string]Values{"aws:requesttag/*": {}, "aws:tagkeys": {}, "ecr:accountsetting": {}}
)
