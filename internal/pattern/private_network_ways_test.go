// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

func TestDiagnosisOfPorts(t *testing.T) {
	t.Parallel()
	const closed, doubt = "error PORT_443_CLOSED " + endpointGroup + ": ", " PORT_443_NOT_KNOWN " + endpointGroup + ": "
	rule := func(protocol string, from, to int32, sources ...string) func(*site) {
		return func(s *site) { s.ingress(protocol, from, to, sources...) }
	}
	https := func(sources ...string) func(*site) { return rule("tcp", 443, 443, sources...) }
	tasks := func(sources ...string) func(*site) {
		return func(s *site) { s.ingress("tcp", 443, 443, sources...); s.SecurityGroupIDs = []string{taskGroup} }
	}
	typed := func(s *site, kind string, ids ...string) {
		for _, id := range ids {
			s.endpoint(id, func(e *pattern.VPCEndpoint) { e.IPAddressType = kind })
		}
	}
	inIPv6 := func(source string) func(*site) {
		return func(s *site) {
			s.Subnets[subnetB] = pattern.Subnet{ID: subnetB, VPCID: aVPC, Zone: "eu-west-1b", IPv6CIDRBlocks: []string{"2001:db8:0:1::/64"}}
			s.ingress("tcp", 443, 443, "10.0.0.0/24", source)
		}
	}
	diagnoses(t, map[string]mistake{
		"each subnet":             {https("10.0.0.0/24", "10.0.1.0/24"), nil},
		"anybody":                 {https("0.0.0.0/0"), nil},
		"all protocols":           {rule("-1", 0, 0, "10.0.0.0/16"), nil},
		"TCP by number":           {rule("6", 443, 443, "10.0.0.0/16"), nil},
		"a range of ports":        {rule("tcp", 0, 65535, "10.0.0.0/16"), nil},
		"halves":                  {https("10.0.0.0/25", "10.0.0.128/25", "10.0.1.0/25", "10.0.1.128/26", "10.0.1.192/26"), nil},
		"nothing":                 {https(), []string{closed + "of ecr.api, ecr.dkr and logs let nothing in on tcp/443, which shuts out " + subnetA + " (10.0.0.0/24) and " + subnetB + " (10.0.1.0/24): "}},
		"one subnet":              {https("10.0.0.0/24"), []string{closed + "let 10.0.0.0/24 in on tcp/443, which shuts out " + subnetB + " (10.0.1.0/24): "}},
		"a half":                  {https("10.0.0.0/24", "10.0.1.0/25"), []string{closed + "which shuts out " + subnetB}},
		"the other half":          {https("10.0.0.0/24", "10.0.1.128/25"), []string{closed + "which shuts out " + subnetB}},
		"all but one address":     {https("10.0.0.0/24", "10.0.1.0/25", "10.0.1.128/26", "10.0.1.192/27", "10.0.1.224/28", "10.0.1.240/29", "10.0.1.248/30", "10.0.1.252/31", "10.0.1.254/32"), []string{closed + "which shuts out " + subnetB}},
		"UDP":                     {rule("udp", 443, 443, "10.0.0.0/16"), []string{closed + "let nothing in"}},
		"ports below":             {rule("tcp", 0, 442, "10.0.0.0/16"), []string{closed + "let nothing in"}},
		"ports above":             {rule("tcp", 444, 65535, "10.0.0.0/16"), []string{closed + "let nothing in"}},
		"IPv6 for IPv4":           {https("::/0"), []string{closed + "let ::/0 in"}},
		"the subnet's IPv6 alone": {https("10.0.0.0/24", "2001:db8::/32"), []string{closed + "which shuts out " + subnetB + " (10.0.1.0/24): "}},
		"IPv6":                    {inIPv6("2001:db8::/56"), nil},
		"another IPv6":            {inIPv6("2001:db8:0:2::/64"), []string{closed + "which shuts out " + subnetB + " (2001:db8:0:1::/64): "}},
		"IPv4 for IPv6":           {inIPv6("10.0.1.0/24"), []string{closed + "which shuts out " + subnetB + " (2001:db8:0:1::/64): "}},
		"IPv4 endpoints for IPv6": {func(s *site) { inIPv6("10.0.1.0/24")(s); typed(s, "ipv4", apiID, dkrID, logsID) }, []string{"error ENDPOINT_WITHOUT_IPV6 " + apiID + ", " + dkrID + ", " + logsID + ": of ecr.api, ecr.dkr and logs have IPv4 addresses alone, and " + subnetB + " IPv6 alone, so containers there can't reach them. Make them dualstack or ipv6"}},
		"one IPv4 endpoint": {func(s *site) {
			inIPv6("2001:db8::/56")(s)
			typed(s, "dualstack", apiID, dkrID)
			typed(s, "ipv4", logsID)
		}, []string{"error ENDPOINT_WITHOUT_IPV6 " + logsID + ": "}},
		"IPv4 endpoints, closed": {func(s *site) {
			inIPv6("2001:db8::/56")(s)
			s.ingress("tcp", 443, 443)
			typed(s, "ipv4", apiID, dkrID, logsID)
		}, []string{"error ENDPOINT_WITHOUT_IPV6 ", closed + "which shuts out " + subnetA + " (10.0.0.0/24): "}},
		"dualstack": {func(s *site) {
			inIPv6("2001:db8::/56")(s)
			typed(s, "dualstack", apiID, dkrID)
			typed(s, "ipv6", logsID)
		}, nil},
		"IPv4 endpoints":                   {func(s *site) { typed(s, "ipv4", apiID, dkrID, logsID) }, nil},
		"IPv4 endpoints, subnets not read": {func(s *site) { s.Subnets = nil; typed(s, "ipv4", apiID, dkrID, logsID) }, nil},
		"groups":                           {https(taskGroup), []string{"warning" + doubt + "Write the containers' groups as security_group_ids"}},
		"groups that suffice":              {tasks("sg-00", taskGroup), nil},
		"of another account":               {tasks("222222222222/" + taskGroup), nil},
		"other groups":                     {tasks("sg-00", "222222222222/sg-01"), []string{closed + "let 222222222222/sg-01 and sg-00 in on tcp/443, which shuts out "}},
		"groups for one subnet":            {https("10.0.0.0/24", taskGroup), []string{"warning" + doubt + "and the addresses of " + subnetB + " (10.0.1.0/24) not"}},
		"prefix list":                      {https("pl-02"), []string{"info" + doubt + "prefix lists in on tcp/443, which aren't looked at"}},
		"prefix list, groups":              {tasks("pl-02", "sg-00"), []string{"info" + doubt}},
		"prefix list of UDP":               {rule("udp", 443, 443, "pl-02"), []string{closed}},
		"two groups": {func(s *site) {
			s.ingress("tcp", 443, 443, "10.0.0.0/24")
			s.SecurityGroups[taskGroup] = pattern.SecurityGroup{ID: taskGroup, VPCID: aVPC, Ingress: []pattern.IngressRule{{Protocol: "tcp", FromPort: 443, ToPort: 443, Source: "10.0.1.0/24"}}}
			for _, id := range []string{apiID, dkrID, logsID} {
				s.endpoint(id, func(e *pattern.VPCEndpoint) { e.SecurityGroupIDs = []string{endpointGroup, taskGroup} })
			}
		}, nil},
		"one endpoint's": {func(s *site) {
			s.endpoint(dkrID, func(e *pattern.VPCEndpoint) { e.SecurityGroupIDs = []string{taskGroup} })
		}, []string{"error PORT_443_CLOSED " + taskGroup + ": of ecr.dkr let nothing in"}},
		"one of two not seen": {func(s *site) {
			s.endpoint(dkrID, func(e *pattern.VPCEndpoint) { e.SecurityGroupIDs = []string{taskGroup, "sg-00"} })
		}, nil},
		"no group": {func(s *site) { s.endpoint(dkrID, func(e *pattern.VPCEndpoint) { e.SecurityGroupIDs = nil }) }, nil},
		"of an endpoint that isn't needed": {func(s *site) {
			s.Endpoints = append(s.Endpoints, pattern.VPCEndpoint{ID: strangeID, ServiceName: "com.amazonaws.eu-west-1.kms", Type: "Interface", State: "available", SecurityGroupIDs: []string{taskGroup}})
		}, nil},
	})
}

func TestDiagnosisOfRoutes(t *testing.T) {
	t.Parallel()
	second := func(s *site) {
		s.Endpoints = append(s.Endpoints, pattern.VPCEndpoint{ID: strangeID, ServiceName: "com.amazonaws.eu-west-1.s3", Type: "Gateway", State: "available"})
	}
	diagnoses(t, map[string]mistake{
		"one table": {func(s *site) { s.routesOf(mainTable) }, []string{"error S3_NOT_ROUTED " + mainTable + ": has no route to the S3 endpoint " + gatewayID + ", so " + subnetB + " reach no image layers"}},
		"both":      {func(s *site) { s.routes() }, []string{"error S3_NOT_ROUTED " + ownTable + ", " + mainTable + ": " + ownTable + " and " + mainTable + " have no route to the S3 endpoint " + gatewayID + ", so " + subnetA + " and " + subnetB + " reach no image layers by it. Add " + ownTable + " and " + mainTable + " to"}},
		"both, a NAT each": {func(s *site) {
			s.routesOf(ownTable, "0.0.0.0/0 "+natGateway)
			s.routesOf(mainTable, "0.0.0.0/0 nat-02")
		}, []string{"warning S3_NOT_ROUTED " + ownTable + ", " + mainTable + ": through " + natGateway + " and nat-02. Add"}},
		"both, a NAT for one": {func(s *site) { s.routes(); s.routesOf(ownTable, "0.0.0.0/0 "+natGateway) }, []string{"error S3_NOT_ROUTED " + mainTable + ": " + subnetB, "warning S3_NOT_ROUTED " + ownTable + ": " + subnetA}},
		"one, a NAT":          {func(s *site) { s.routesOf(mainTable, "0.0.0.0/0 "+natGateway) }, []string{"warning S3_NOT_ROUTED " + mainTable + ": through " + natGateway + ". Add " + mainTable}},
		"NAT elsewhere": {func(s *site) {
			s.routesOf(mainTable)
			s.routesOf(ownTable, "0.0.0.0/0 "+natGateway, "pl-01 "+gatewayID)
		}, []string{"error S3_NOT_ROUTED " + mainTable}},
		"one for both": {func(s *site) {
			s.RouteTables[ownTable] = pattern.RouteTable{ID: ownTable, VPCID: aVPC, SubnetIDs: []string{subnetA, subnetB}}
		}, []string{"error S3_NOT_ROUTED " + ownTable + ": so " + subnetA + " and " + subnetB + " reach"}},
		"dead":        {func(s *site) { s.routesOf(ownTable, "!pl-01 "+gatewayID) }, []string{"error S3_ROUTE_BLACKHOLE " + ownTable + ": to the S3 endpoint " + gatewayID + " is a blackhole: image layers that " + subnetA + " pull"}},
		"dead, a NAT": {func(s *site) { s.routesOf(ownTable, "!pl-01 "+gatewayID, "0.0.0.0/0 "+natGateway) }, []string{"error S3_ROUTE_BLACKHOLE " + ownTable}},
		"the main of another VPC": {func(s *site) {
			s.RouteTables["rtb-00"] = pattern.RouteTable{ID: "rtb-00", VPCID: anotherVPC, Main: true}
		}, nil},
		"a table of other subnets": {func(s *site) {
			s.RouteTables["rtb-00"] = pattern.RouteTable{ID: "rtb-00", VPCID: aVPC, SubnetIDs: []string{"subnet-00"}}
		}, nil},
		"a second gateway": {func(s *site) { second(s); s.routesOf(mainTable, "pl-01 "+strangeID) }, nil},
		"another gateway":  {func(s *site) { s.routesOf(mainTable, "pl-02 "+strangeID) }, []string{"error S3_NOT_ROUTED " + mainTable}},
		"a second that is no more": {func(s *site) {
			second(s)
			s.endpoint(strangeID, func(e *pattern.VPCEndpoint) { e.State = "deleting" })
			s.routesOf(mainTable, "pl-01 "+strangeID)
		}, []string{"error S3_NOT_ROUTED " + mainTable}},
		"a second whose policy isn't met": {func(s *site) {
			second(s)
			s.policy(layerBucket(t, "us-east-1"), strangeID)
		}, nil},
		"a bad policy, a table not seen": {func(s *site) {
			s.SubnetIDs = []string{subnetB}
			delete(s.RouteTables, mainTable)
			s.policy(layerBucket(t, "us-east-1"), gatewayID)
		}, []string{"error LAYERS_DENIED " + gatewayID + ": be read:\n  - nothing in the VPC endpoint policy allows s3:GetObject\nAdd"}},
		"a second with a bad policy": {func(s *site) {
			second(s)
			s.routesOf(mainTable, "pl-01 "+strangeID)
			s.policy(layerBucket(t, "us-east-1"), strangeID)
		}, []string{"error LAYERS_DENIED " + strangeID}},
	})
}

func TestDiagnosisOfPolicies(t *testing.T) {
	t.Parallel()
	type pull = pattern.PrivatePull
	const denied = "error ENDPOINT_POLICY_DENIES_PULL "
	both := dkrID + ", " + apiID
	of := func(e endpointPolicy, ids ...string) func(*site) {
		return func(s *site) { s.policy(pattern.EndpointPolicy(e), ids...) }
	}
	allow := func(actions ...string) policy.Document {
		return policy.New(policy.Statement{Effect: policy.Allow, Principal: policy.Principal{Any: true}, Actions: actions, Resources: []string{"*"}})
	}
	with := func(d policy.Document, ids ...string) func(*site) { return func(s *site) { s.policy(d, ids...) } }
	by := func(changes ...func(*pull)) func(*site) { return func(s *site) { s.pulls(changes...) } }
	then := func(changes ...func(*site)) func(*site) {
		return func(s *site) {
			for _, c := range changes {
				c(s)
			}
		}
	}
	identity := func(d ...policy.Document) func(*pull) { return func(p *pull) { p.Identity = d } }
	elsewhere := "arn:aws:ecr:us-east-1:111111111111:repository/team/app"
	byEndpoint := policy.New(policy.Statement{Effect: policy.Allow, Actions: []string{"ecr:*"}, Resources: []string{"*"}, Conditions: []policy.Condition{condition("StringEquals", "aws:SourceVpce", dkrID, apiID)}})
	// Who can't log in by ecr.api can't pull at all; who can't pull by it alone may not have to.
	loginAndPull := func(login, pulling string) func(*site) {
		who := func(action, arn string) policy.Statement {
			return policy.Statement{Effect: policy.Allow, Principal: policy.Principal{Any: true}, Actions: []string{action}, Resources: []string{"*"}, Conditions: []policy.Condition{condition("ArnEquals", "aws:PrincipalArn", arn)}}
		}
		return func(s *site) {
			s.Pulls = map[string]pull{"a": {PrincipalARN: executionRole, RepositoryARNs: []string{appARN}}, "b": {PrincipalARN: role, RepositoryARNs: []string{appARN}}}
			s.policy(policy.New(who("ecr:GetAuthorizationToken", login), who("ecr:Batch*", pulling), who("ecr:GetDownloadUrlForLayer", pulling)), apiID)
		}
	}
	three := "ecr:BatchCheckLayerAvailability, ecr:BatchGetImage, ecr:GetDownloadUrlForLayer"
	diagnoses(t, map[string]mistake{
		"no pull":                  {with(allow("ecr:GetAuthorizationToken"), dkrID, apiID), []string{denied + both + ": of ecr.dkr and ecr.api keeps pulls back:\n  - nobody can pull from any repository of eu-west-1 through " + dkrID + " (ecr.dkr), which keeps " + three + " back: nothing in the VPC endpoint policy allows ecr:BatchCheckLayerAvailability; nothing in the VPC endpoint policy allows ecr:BatchGetImage; nothing in the VPC endpoint policy allows ecr:GetDownloadUrlForLayer\nLet"}},
		"no Allow":                 {with(policy.New(), dkrID, apiID), []string{denied + both + ": nobody can log in through " + apiID}},
		"no pull by one":           {with(allow("ecr:GetAuthorizationToken"), dkrID), []string{denied + dkrID + ": of ecr.dkr keeps"}},
		"no pull by the API":       {with(allow("ecr:GetAuthorizationToken"), apiID), []string{"warning ENDPOINT_POLICY_DENIES_PULL " + apiID + ": nobody can pull from any repository of eu-west-1 through " + apiID}},
		"no login":                 {with(allow("ecr:Batch*", "ecr:GetDownloadUrlForLayer"), apiID), []string{denied + apiID + ": nobody can log in through " + apiID + " (ecr.api), which keeps ecr:GetAuthorizationToken back: "}},
		"no login where none is":   {with(allow("ecr:Batch*", "ecr:GetDownloadUrlForLayer"), dkrID), nil},
		"one action missing":       {with(allow("ecr:GetAuthorizationToken", "ecr:Batch*"), dkrID, apiID), []string{denied + both + ": which keeps ecr:GetDownloadUrlForLayer back"}},
		"a Deny":                   {with(policy.New(policy.Statement{Effect: policy.Allow, Principal: policy.Principal{Any: true}, Actions: []string{"*"}, Resources: []string{"*"}}, policy.Statement{Effect: policy.Deny, Principal: policy.Principal{Any: true}, Actions: []string{"ecr:BatchGetImage"}, Resources: []string{"*"}}), dkrID), []string{denied + dkrID + ": which keeps ecr:BatchGetImage back: "}},
		"another Region":           {of(endpointPolicy{RepositoryARNs: []string{elsewhere}}, dkrID, apiID), []string{denied + both + ": nobody can pull from any repository of eu-west-1"}},
		"one repository":           {of(endpointPolicy{RepositoryARNs: []string{appARN}}, dkrID, apiID), nil},
		"one role":                 {of(endpointPolicy{RepositoryARNs: []string{appARN}, PrincipalARNs: []string{role}}, dkrID, apiID), nil},
		"an organization":          {of(endpointPolicy{OrganizationIDs: []string{orgID}}, dkrID, apiID), nil},
		"of an endpoint not used":  {then(with(policy.New(), apiID), func(s *site) { delete(s.PrivateNetwork.Services, "ecr.api") }), nil},
		"of logs":                  {with(policy.New(), logsID), nil},
		"layers of another Region": {with(layerBucket(t, "us-east-1"), gatewayID), []string{"error LAYERS_DENIED " + gatewayID + ": Add a statement that allows s3:GetObject on arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*"}},
		"layers":                   {with(layerBucket(t, "eu-west-1"), gatewayID), nil},
		"layers for own roles":     {with(policy.New(policy.Statement{Effect: policy.Allow, Principal: policy.Principal{AWS: []string{"arn:aws:iam::111111111111:root"}}, Actions: []string{"s3:*"}, Resources: []string{"*"}}), gatewayID), []string{"error LAYERS_DENIED " + gatewayID}},

		"for the pull":              {then(by(), of(endpointPolicy{RepositoryARNs: []string{appARN}, PrincipalARNs: []string{executionRole}}, dkrID, apiID)), nil},
		"for another role":          {then(by(), of(endpointPolicy{PrincipalARNs: []string{role}}, dkrID, apiID)), []string{denied + both + ": " + executionRole + " can't pull from " + appARN + " through " + dkrID}},
		"for another repository":    {then(by(), of(endpointPolicy{RepositoryARNs: []string{"arn:aws:ecr:eu-west-1:111111111111:repository/other"}}, dkrID, apiID)), []string{denied + both + ": " + executionRole + " can't pull from " + appARN}},
		"two policies":              {then(by(), of(endpointPolicy{PrincipalARNs: []string{role}}, dkrID), with(policy.New(), apiID)), []string{denied + dkrID, denied + apiID + ": can't log in"}},
		"organization not known":    {then(by(), of(endpointPolicy{OrganizationIDs: []string{orgID}}, dkrID, apiID)), nil},
		"another organization":      {then(by(func(p *pull) { p.OrganizationPath = otherOrgID + "/r-ab12/" }), of(endpointPolicy{OrganizationIDs: []string{orgID}}, dkrID, apiID)), []string{denied + both}},
		"another endpoint":          {by(identity(execution(strangeID))), []string{`error PULL_DENIED pulls["web"]: ecr:GetDownloadUrlForLayer:` + "\n  - statement Pull of the identity policy " + `needs a VPC endpoint that is ` + strangeID + `; this request's is ` + dkrID}},
		"the Docker API's alone":    {by(identity(execution(dkrID))), []string{`warning PULL_DENIED pulls["web"]: through the endpoint of ecr.api`}},
		"another VPC":               {by(identity(pattern.ECSExecutionPolicy(pattern.ECSExecution{RepositoryARNs: []string{appARN}, SourceVPCIDs: []string{anotherVPC}}))), []string{`error PULL_DENIED pulls["web"]: needs a VPC that is ` + anotherVPC}},
		"this VPC":                  {by(identity(pattern.ECSExecutionPolicy(pattern.ECSExecution{RepositoryARNs: []string{appARN}, SourceVPCIDs: []string{aVPC}}))), nil},
		"no identity policy":        {by(identity()), nil},
		"no permission":             {by(func(p *pull) { p.Identity = []policy.Document{} }), []string{`error PULL_DENIED pulls["web"]: can't log in through Fargate's own network`}},
		"no permission, no Fargate": {then(by(func(p *pull) { p.Identity = []policy.Document{} }), func(s *site) { s.Fargate = false }), []string{`error PULL_DENIED pulls["web"]: can't log in through the endpoint of ecr.api`}},
		"not granted": {by(func(p *pull) {
			d := pattern.RepositoryPolicy([]pattern.Grant{{Name: "Some", Access: "pull", Accounts: []string{"333333333333"}}}, ireland())
			p.PrincipalARN, p.Identity, p.Repository = "arn:aws:iam::222222222222:role/node", nil, &d
		}), []string{`error PULL_DENIED pulls["web"]: can't pull from ` + appARN}},
		"both at fault":               {then(by(identity(execution(strangeID))), of(endpointPolicy{PrincipalARNs: []string{role}}, dkrID, apiID)), []string{denied + both, `error PULL_DENIED pulls["web"]`}},
		"an endpoint that is missing": {then(by(identity(execution(strangeID, apiID))), func(s *site) { s.remove(dkrID) }), []string{"error MISSING_ENDPOINT ecr.dkr"}},
		"no VPC of an endpoint that is missing": {then(by(identity(pattern.ECSExecutionPolicy(pattern.ECSExecution{RepositoryARNs: []string{appARN}, SourceVPCIDs: []string{anotherVPC}}))), func(s *site) { s.remove(dkrID, apiID) }), []string{
			"error MISSING_ENDPOINT ecr.api", "error MISSING_ENDPOINT ecr.dkr", `error PULL_DENIED pulls["web"]`,
		}},
		"a repository elsewhere":               {by(func(p *pull) { p.RepositoryARNs = []string{elsewhere, appARN} }), []string{`error REPOSITORY_OF_ANOTHER_REGION pulls["web"]: and ` + elsewhere + ` is elsewhere. Replicate it to eu-west-1`}},
		"elsewhere, beside a policy for here":  {then(by(func(p *pull) { p.RepositoryARNs = []string{elsewhere, appARN} }), of(endpointPolicy{RepositoryARNs: []string{appARN}}, dkrID, apiID)), []string{"error REPOSITORY_OF_ANOTHER_REGION"}},
		"only elsewhere, no permission":        {by(func(p *pull) { p.RepositoryARNs, p.Identity = []string{elsewhere}, []policy.Document{} }), []string{"error REPOSITORY_OF_ANOTHER_REGION"}},
		"login by endpoint":                    {by(identity(byEndpoint)), []string{`error PULL_DENIED pulls["web"]: Fargate's own network`}},
		"login by endpoint, not Fargate alone": {then(by(identity(byEndpoint)), func(s *site) { s.Mixed = true }), []string{`warning PULL_DENIED pulls["web"]: through Fargate's own network, as it has to if it is a task's execution role, since`}},
		"login by endpoint, no Fargate":        {then(by(identity(byEndpoint)), func(s *site) { s.Fargate = false }), nil},
		"no pull by the API, either":           {then(with(allow("ecr:GetAuthorizationToken"), apiID), with(allow("ecr:GetAuthorizationToken", "ecr:Batch*"), dkrID)), []string{denied + dkrID}},
		"one role's login, another's pull":     {loginAndPull(executionRole, role), []string{denied + apiID}},
		"another's login, one role's pull":     {loginAndPull(role, executionRole), []string{denied + apiID}},
		"only elsewhere, a NAT":                {then(by(func(p *pull) { p.RepositoryARNs = []string{elsewhere} }), func(s *site) { s.routes("0.0.0.0/0 "+natGateway, "pl-01 "+gatewayID) }), []string{`warning REPOSITORY_OF_ANOTHER_REGION pulls["web"]: through ` + natGateway}},
		"of any Region": {by(func(p *pull) {
			p.RepositoryARNs, p.Identity = []string{"arn:aws:ecr:*:111111111111:repository/team/*"}, nil
		}), nil},
	})
}

func TestDiagnosisLines(t *testing.T) {
	t.Parallel()
	const can = executionRole + " can "
	for name, tc := range map[string]struct {
		change func(*site)
		want   []string
	}{
		"no pulls": {func(*site) {}, nil},
		"proven": {func(s *site) { s.pulls() }, []string{
			can + "log in through the endpoint of ecr.api", can + "log in through Fargate's own network",
			can + "pull from " + appARN + " through the endpoint of ecr.dkr", can + "pull from " + appARN + " through the endpoint of ecr.api",
			"assumed: the repositories' policies allow it", "assumed: permissions boundaries, SCPs, RCPs and the registry policy allow it",
		}},
		"once": {func(s *site) { s.pulls(); s.Pulls["again"] = s.Pulls["web"] }, []string{
			can + "log in", can + "log in", can + "pull", can + "pull", "assumed: the repositories", "assumed: permissions",
		}},
		"denied by an endpoint": {func(s *site) { s.pulls(); s.policy(policy.New(), dkrID) }, nil},
		"denied": {func(s *site) {
			s.pulls(func(p *pattern.PrivatePull) { p.Identity = []policy.Document{execution(strangeID)} })
		}, nil},
		"without the ECR API": {func(s *site) {
			s.pulls(func(p *pattern.PrivatePull) { p.Identity = []policy.Document{execution(dkrID)} })
			delete(s.PrivateNetwork.Services, "ecr.api")
		}, []string{can + "log in through Fargate", can + "pull", "assumed: the repositories", "assumed: permissions"}},
		"an endpoint missing": {func(s *site) { s.pulls(); s.remove(apiID) }, nil},
		"the organization isn't known": {func(s *site) {
			s.pulls()
			s.policy(pattern.EndpointPolicy(endpointPolicy{OrganizationIDs: []string{orgID}}), dkrID)
		}, []string{"not known: whether " + can + "pull from " + appARN + " through " + dkrID + " (ecr.dkr), since statement AllowPull of the endpoint policy needs an organization that is " + orgID}},
	} {
		s := newSite(t)
		tc.change(s)
		got := s.diagnose().Lines
		if !slices.EqualFunc(got, tc.want, strings.HasPrefix) {
			t.Errorf("%s:\n%s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(tc.want, "\n"))
		}
	}
}
