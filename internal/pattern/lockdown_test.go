// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

const (
	deployer     = "arn:aws:iam::111111111111:role/deploy/deployer"
	accessRole   = "arn:aws:iam::111111111111:role/service-role/web"
	accessRoleID = "AROAEXAMPLE1234567890"
	ownRoot      = "arn:aws:iam::111111111111:root"
	inspector    = "arn:aws:iam::111111111111:role/aws-service-role/inspector2.amazonaws.com/AWSServiceRoleForAmazonInspector2"
	replicator   = ":role/aws-service-role/replication.ecr.amazonaws.com/AWSServiceRoleForECRReplication"
)

func yes() *bool { flag := true; return &flag }

func no() *bool { return new(bool) }

// TestLockdownSeeds writes both documents of the article to the letter.
func TestLockdownSeeds(t *testing.T) {
	t.Parallel()
	before := pattern.Lockdown{Mode: pattern.LockdownByNotPrincipal, ExemptPrincipalARNs: []string{administrator, ownRoot}}
	after := before
	after.ExemptUserIDs = []string{accessRoleID + ":*"}
	for name, l := range map[string]pattern.Lockdown{"0-deny-others-before": before, "0-deny-others-after": after} {
		got, want := policy.New(l.Statement(ireland(), nil)), seedDocument(t, name+".json")
		if problems := pattern.ValidateLockdown(l, nil, ireland()); pattern.HasErrors(problems) {
			t.Errorf("%s: %s", name, problemsText(problems))
		}
		if got.Canonical() != want.Canonical() {
			t.Errorf("%s:\n%s\n%s", name, got.Canonical(), want.Canonical())
		}
	}
}

// TestLockdownStory is that of the article: the lockdown forgot the role with which App Runner pulls.
func TestLockdownStory(t *testing.T) {
	t.Parallel()
	service := authz.Caller{Principal: accessRole, UserID: accessRoleID + ":service"}
	for _, mode := range pattern.LockdownModes() {
		l := pattern.Lockdown{Mode: mode, ExemptPrincipalARNs: []string{ownRoot, administrator}}
		if got := underLockdown(service, l, nil); got != authz.ExplicitlyDenied {
			t.Errorf("%s, before: %v", mode, got)
		}
		l.ExemptUserIDs = []string{accessRoleID + ":*"}
		if problems := pattern.ValidateLockdown(l, nil, ireland()); pattern.HasErrors(problems) {
			t.Errorf("%s: %s", mode, problemsText(problems))
		}
		if got := underLockdown(service, l, nil); got != authz.Allowed {
			t.Errorf("%s, after: %v", mode, got)
		}
	}
}

// underLockdown decides a pull by somebody to whom all else allows it.
func underLockdown(c authz.Caller, l pattern.Lockdown, grants []pattern.Grant) authz.Decision {
	return underStatement(c, l.Statement(ireland(), grants))
}

func underStatement(c authz.Caller, s policy.Statement) authz.Decision {
	everybody := policy.Statement{Effect: policy.Allow, Principal: policy.Principal{Any: true}, Actions: []string{"ecr:*"}}
	layers := authz.Layers{
		Identity:   []*authz.Policy{authz.AssumedToAllow("identity policies")},
		Repository: []*authz.Policy{authz.Compile("repository policy", policy.New(everybody, s))},
	}
	return c.DecideAccess(pullActions, authz.Repository{ARN: "arn:aws:ecr:eu-west-1:111111111111:repository/team/app", OrganizationPath: authz.UnknownValue}, &layers)
}

// TestLockdownCallers goes through who comes, under one lockdown in each mode. A letter is the decision in each: "a" for
// allowed, "d" for denied, in the order by ARN, by user id, by NotPrincipal, and by ARN with every flag off.
func TestLockdownCallers(t *testing.T) {
	t.Parallel()
	lockdowns := []pattern.Lockdown{
		{ExemptPrincipalARNs: []string{deployer, accessRole, "arn:aws:iam::111111111111:role/ci/*"}},
		{Mode: pattern.LockdownByUserID, ExemptUserIDs: []string{accessRoleID + ":*", "AIDAEXAMPLE1234567890"}},
		{Mode: pattern.LockdownByNotPrincipal, ExemptPrincipalARNs: []string{ownRoot, deployer}, ExemptUserIDs: []string{accessRoleID + ":*"}},
		{ExemptPrincipalARNs: []string{deployer}, ExemptRootUser: no(), ExemptAWSServices: no(), ExemptServiceLinkedRoles: no()},
	}
	as := func(arn, id string) authz.Caller { return authz.Caller{Principal: arn, UserID: id} }
	session := func(name, role string) authz.Caller {
		return authz.Caller{
			Principal: "arn:aws:sts::111111111111:assumed-role/" + name, UserID: "AROADEPLOYER123456789:" + name,
			Context: map[string]authz.Values{"aws:PrincipalArn": authz.Single(role)},
		}
	}
	const other = "AROAOTHER123456789012:s"
	for name, tc := range map[string]struct {
		caller authz.Caller
		want   string
	}{
		"the deployer":                            {as(deployer, other), "adaa"},
		"a session of the deployer":               {session("deployer/run-7", deployer), "adaa"},
		"a session of one of that name":           {session("deployer/run-7", "arn:aws:iam::111111111111:role/deployer"), "dddd"},
		"a role of its path":                      {as("arn:aws:iam::111111111111:role/deploy/other", other), "dddd"},
		"a role whose name goes on":               {as(deployer+"2", other), "dddd"},
		"the role of that name elsewhere":         {as("arn:aws:iam::222222222222:role/deploy/deployer", other), "dddd"},
		"a user of that name":                     {as("arn:aws:iam::111111111111:user/deploy/deployer", "AIDAOTHER123456789012"), "dddd"},
		"App Runner's role":                       {as(accessRole, accessRoleID+":service"), "aaad"},
		"App Runner's role, made again":           {as(accessRole, other), "addd"},
		"another role, with an id that goes on":   {as("arn:aws:iam::111111111111:role/x", accessRoleID+"X:service"), "dddd"},
		"a role by pattern":                       {as("arn:aws:iam::111111111111:role/ci/app/main", other), "addd"},
		"a user by id":                            {as("arn:aws:iam::111111111111:user/ana", "AIDAEXAMPLE1234567890"), "dadd"},
		"a user whose id goes on":                 {as("arn:aws:iam::111111111111:user/ana", "AIDAEXAMPLE1234567890X"), "dddd"},
		"an administrator":                        {as(administrator, "AIDAOTHER123456789012"), "dddd"},
		"the root user":                           {as(ownRoot, ""), "aaad"},
		"the root user of another account":        {as("arn:aws:iam::222222222222:root", ""), "dddd"},
		"Inspector":                               {as(inspector, other), "aadd"},
		"a service-linked role elsewhere":         {as(strings.Replace(inspector, "111111111111", "222222222222", 1), other), "dddd"},
		"a role that is only named like one":      {as("arn:aws:iam::111111111111:role/AWSServiceRoleForAmazonInspector2", other), "dddd"},
		"Lambda":                                  {lambda("111111111111", "web").Caller, "aadd"},
		"Lambda for another account":              {lambda("222222222222", "web").Caller, "aadd"},
		"a service in no name":                    {serviceFor("codebuild.amazonaws.com", "", "").Caller, "aadd"},
		"a member of some organization":           {roleIn("222222222222").in("o-a1b2c3d4e5/r-ab12/").Caller, "dddd"},
		"an account without an organization":      {roleIn("222222222222").Caller, "dddd"},
		"an anonymous caller":                     {authz.Caller{Principal: authz.Anonymous}, "dddd"},
		"a federated user of the deployer's name": {as("arn:aws:sts::111111111111:federated-user/deployer", ""), "dddd"},
	} {
		if tc.caller.UserID == "" && strings.Contains(tc.caller.Principal, ":role/") {
			tc.caller.UserID = other
		}
		var got strings.Builder
		for _, l := range lockdowns {
			got.WriteString(map[authz.Decision]string{authz.Allowed: "a", authz.ExplicitlyDenied: "d"}[underLockdown(tc.caller, l, nil)])
		}
		if got.String() != tc.want {
			t.Errorf("%s: %s, want %s", name, got.String(), tc.want)
		}
	}
}

// TestLockdownAndBoundaries shows why IAM advises against NotPrincipal.
func TestLockdownAndBoundaries(t *testing.T) {
	t.Parallel()
	for mode, want := range map[string]authz.Decision{pattern.LockdownByARN: authz.Allowed, pattern.LockdownByNotPrincipal: authz.ExplicitlyDenied} {
		l := pattern.Lockdown{Mode: mode, ExemptPrincipalARNs: []string{ownRoot, deployer}}
		layers := authz.Layers{
			Identity:   []*authz.Policy{authz.AssumedToAllow("identity policies")},
			Boundary:   []*authz.Policy{authz.AssumedToAllow("permissions boundary")},
			Repository: []*authz.Policy{authz.Compile("repository policy", policy.New(l.Statement(ireland(), nil)))},
		}
		if got := (authz.Caller{Principal: deployer}).DecideAccess(pullActions, authz.Repository{ARN: "arn:aws:ecr:eu-west-1:111111111111:repository/app"}, &layers); got != want {
			t.Errorf("%s: %v, want %v", mode, got, want)
		}
	}
}

// TestLockdownNeedsAccount says when the repository's account stands in the statement.
func TestLockdownNeedsAccount(t *testing.T) {
	t.Parallel()
	lone := pattern.Lockdown{ExemptPrincipalARNs: []string{deployer}, ExemptRootUser: no(), ExemptServiceLinkedRoles: no()}
	for _, tc := range []struct {
		lockdown pattern.Lockdown
		want     bool
	}{
		{pattern.Lockdown{}, true},
		{pattern.Lockdown{ExemptRootUser: no()}, true},
		{pattern.Lockdown{ExemptServiceLinkedRoles: no()}, true},
		{pattern.Lockdown{Mode: pattern.LockdownByNotPrincipal, ExemptRootUser: yes()}, false},
		{lone, false},
	} {
		if got := tc.lockdown.NeedsAccount(); got != tc.want {
			t.Errorf("%+v: %v", tc.lockdown, got)
		}
	}
	if here, there := lone.Statement(ireland(), nil), lone.Statement(pattern.Site{}, nil); !here.Equal(there) {
		t.Error("a lockdown that needs no account depends on it")
	}
}

// TestLockdownInAnyOrder gives equal bytes for equal lists.
func TestLockdownInAnyOrder(t *testing.T) {
	t.Parallel()
	l := goldenLockdowns()["every-list"].lockdown
	backwards := l
	for _, list := range []*[]string{&backwards.ExemptPrincipalARNs, &backwards.ExemptUserIDs, &backwards.ExemptAccounts, &backwards.ExemptOrganizationPaths, &backwards.ExemptReplicationFrom, &backwards.Actions} {
		*list = slices.Clone(*list)
		slices.Reverse(*list)
		*list = append(*list, (*list)[0])
	}
	if a, b := l.Statement(ireland(), nil).Canonical(), backwards.Statement(ireland(), nil).Canonical(); a != b {
		t.Errorf("%s\n%s", a, b)
	}
}
