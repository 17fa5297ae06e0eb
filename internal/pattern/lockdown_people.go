// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
)

// exempted is somebody whom an argument of a lockdown exempts.
type exempted struct {
	argument, who string
	caller        authz.Caller
	// administers says that it may be a person or role of the repository's account.
	administers bool
	// later says that who it is isn't known yet.
	later bool
}

// members gives somebody for each value of each list, and for each flag that is on.
func (p *lockdownProver) members(grants []Grant) []exempted {
	l, own := p.lockdown, p.owner()
	out := append(p.listed(l, ""), p.lookedUp(l)...)
	for _, account := range l.ExemptReplicationFrom {
		out = append(out, p.byARN("exempt_replication_from", "replication from "+account, p.iam(account, "role"+replicationRole)))
	}
	if l.adds(l.ExemptGrants) {
		for i := range grants {
			out = append(out, p.listed(Lockdown{}.exempting(&grants[i]), "exempt_grants")...)
		}
	}
	if l.adds(l.ExemptRootUser) {
		out = append(out, p.byARN("exempt_root_user", "the root user of account "+own, p.iam(own, "root")))
	}
	if l.adds(l.ExemptServiceLinkedRoles) {
		for _, role := range []string{"inspector2.amazonaws.com/AWSServiceRoleForAmazonInspector2", "pullthroughcache.ecr.amazonaws.com/AWSServiceRoleForECRPullThroughCache"} {
			m := p.byARN("exempt_service_linked_roles", "the service-linked roles of account "+own, p.iam(own, "role/aws-service-role/"+role))
			m.administers = false
			out = append(out, m)
		}
	}
	if l.adds(l.ExemptAWSServices) {
		for _, name := range p.services {
			out = append(out, exempted{argument: "exempt_aws_services", who: "AWS services that act for themselves", caller: service(name, "")})
		}
	}
	return out
}

// lookedUp gives the roles that were looked up, by their names, and the caller, who has no name: what is said of them is the same
// before and after they are known.
func (p *lockdownProver) lookedUp(l Lockdown) []exempted {
	var out []exempted
	add := func(argument, who string, l Lockdown) {
		arns, ids := l.foundOut(p.ground.Site)
		for _, m := range p.listed(Lockdown{ExemptPrincipalARNs: arns, ExemptUserIDs: ids}, argument) {
			m.who = who
			out = append(out, m)
		}
		if len(arns)+len(ids) == 0 {
			out = append(out, exempted{argument: argument, who: who, administers: true, later: true})
		}
	}
	for _, name := range l.ExemptRoleNames {
		add(exemptRoles, "the role "+name+" of account "+p.owner(), Lockdown{Mode: l.Mode, ExemptRoleNames: []string{name}, Roles: l.Roles})
	}
	if l.ExemptCaller {
		add("exempt_caller", "the principal that applies it first, whose ARN becomes caller_arn", Lockdown{ExemptCaller: true, CallerARN: l.CallerARN})
	}
	return out
}

// listed gives somebody for each value of the lists. argument stands for the lists' own names unless it is "".
func (p *lockdownProver) listed(l Lockdown, argument string) []exempted {
	var out []exempted
	for _, arn := range l.ExemptPrincipalARNs {
		out = append(out, p.byARN(cmp.Or(argument, exemptARNs), arn, concrete(arn)))
	}
	for _, id := range l.ExemptUserIDs {
		// Nothing tells the account of a unique id.
		m := p.byARN(cmp.Or(argument, "exempt_user_ids"), id, p.role(p.owner()))
		m.caller.UserID = concrete(id)
		if strings.HasPrefix(id, "AIDA") {
			m.caller.Principal = p.iam(p.owner(), "user/"+somebody)
		}
		out = append(out, m)
	}
	for _, account := range l.ExemptAccounts {
		for _, kind := range []string{"role/", "user/"} {
			out = append(out, p.byARN(cmp.Or(argument, "exempt_accounts"), "principals of account "+account, p.iam(account, kind+somebody)))
		}
	}
	inOrganization := func(name, who, pattern string) {
		path, _ := matchingPath(pattern)
		out = append(out, exempted{cmp.Or(argument, name), who, authz.Caller{Principal: p.role(p.elsewhere), OrganizationPath: path, SourceVPCE: authz.UnknownValue}, true, false})
	}
	for _, id := range l.ExemptOrganizationIDs {
		inOrganization("exempt_organization_ids", "principals of the organization "+id, id+"/*")
	}
	for _, path := range l.ExemptOrganizationPaths {
		inOrganization("exempt_organization_paths", "principals of the accounts in "+path, path)
	}
	return out
}

// byARN is somebody of whom nothing else is known but that no list has the unique id.
func (p *lockdownProver) byARN(argument, who, arn string) exempted {
	id := "AROASOMEBODYSOMEBODY:" + somebody
	if strings.Contains(arn, ":user/") {
		id = "AIDASOMEBODYSOMEBODY"
	}
	return exempted{
		argument: argument, who: who,
		caller:      authz.Caller{Principal: arn, UserID: id, OrganizationPath: authz.UnknownValue, SourceVPCE: authz.UnknownValue},
		administers: accountOf(arn) == p.owner() && !strings.Contains(arn, ":role/aws-service-role/"),
	}
}

func (p *lockdownProver) iam(account, resource string) string {
	return "arn:" + p.ground.Site.Partition + ":iam::" + account + ":" + resource
}

// near are people who come near to those who are exempt. Some of them may be exempt by another list.
func (p *lockdownProver) near() []stranger {
	own, elsewhere := p.owner(), p.elsewhere
	path := p.organization + "/r-zzzz/" + p.unit + "/"
	out := []stranger{{anybody, authz.Caller{Principal: authz.Anonymous}}}
	add := func(who, arn, id, path string) {
		out = append(out, stranger{who, authz.Caller{Principal: arn, UserID: id, OrganizationPath: path}})
	}
	const roleID, userID = "AROASTRANGERSTRANGER:stranger", "AIDASTRANGERSTRANGER"
	for _, account := range []string{own, elsewhere} {
		add("a role of account "+account, p.iam(account, "role/stranger"), roleID, path)
		add("a user of account "+account, p.iam(account, "user/stranger"), userID, path)
		add("a role without an organization, of account "+account, p.iam(account, "role/stranger"), roleID, "")
		add("the root user of account "+account, p.iam(account, "root"), "", path)
		add("a service-linked role of account "+account, p.iam(account, "role/aws-service-role/stranger.amazonaws.com/AWSServiceRoleForStranger"), roleID, path)
		add("replication from account "+account, p.iam(account, "role"+replicationRole), roleID, path)
	}
	for _, pattern := range p.lists.ExemptPrincipalARNs {
		for _, arn := range nearARNs(concrete(pattern), elsewhere) {
			add(arn, arn, roleID, path)
		}
	}
	for _, pattern := range p.lists.ExemptUserIDs {
		id, session, role := strings.Cut(concrete(pattern), ":")
		if role {
			add("the role with the id "+id+"X", p.iam(own, "role/stranger"), id+"X:"+session, path)
		} else {
			add("the user with the id "+id+"X", p.iam(own, "user/stranger"), id+"X", path)
		}
	}
	for _, id := range p.lists.ExemptOrganizationIDs {
		add("an organization whose id goes on after "+id, p.iam(elsewhere, "role/stranger"), roleID, id+"z/r-zzzz/")
	}
	for _, pattern := range p.lists.ExemptOrganizationPaths {
		organization, _, _ := strings.Cut(pattern, "/")
		add("another OU of "+organization, p.iam(elsewhere, "role/stranger"), roleID, organization+"/r-zzzz/"+p.unit+"/")
	}
	for _, name := range p.services {
		out = append(out, stranger{name, service(name, "")})
	}
	return out
}

// nearARNs are those of others with nearly the same ARN.
func nearARNs(arn, elsewhere string) []string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return nil
	}
	with := func(account, resource string) string {
		changed := slices.Clone(parts)
		changed[4], changed[5] = account, resource
		return strings.Join(changed, ":")
	}
	kind, name, named := strings.Cut(parts[5], "/")
	near := []string{with(elsewhere, parts[5])}
	if !named {
		return near
	}
	near = append(near, with(parts[4], parts[5]+"-stranger"))
	if parts[2] == "iam" {
		other := map[string]string{"role": "user", "user": "role"}[kind]
		near = append(near, with(parts[4], kind+"/stranger/"+name), with(parts[4], other+"/"+name))
	}
	return near
}
