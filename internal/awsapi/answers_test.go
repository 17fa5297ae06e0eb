// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi_test

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"maps"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
)

const policyText = `{"Version":"2012-10-17","Statement":[]}`

// contents are proper answers by operation: JSON for ECR and Organizations, XML for the others. What isn't here is answered without
// content.
func contents() map[string]string {
	role := "<Role><RoleName>ci</RoleName><Path>/</Path><RoleId>AROAEXAMPLE</RoleId><Arn>" + roleARN + "</Arn>" +
		"<AssumeRolePolicyDocument>" + url.PathEscape(trust) + "</AssumeRolePolicyDocument><MaxSessionDuration>3600</MaxSessionDuration>" +
		"<CreateDate>2000-01-01T00:00:00Z</CreateDate></Role>"
	app := `{"repositoryName":"app","repositoryArn":"arn:aws:ecr:eu-west-1:` + account + `:repository/app","registryId":"` + account + `","imageTagMutability":"MUTABLE","createdAt":1}`
	return map[string]string{
		"CreateRepository":                 `{"repository":` + app + `}`,
		"DescribeRepositories":             `{"repositories":[` + app + `]}`,
		"GetAccountSetting":                `{"name":"REGISTRY_POLICY_SCOPE","value":"V2"}`,
		"GetLifecyclePolicy":               `{"lifecyclePolicyText":"{}"}`,
		"GetRegistryPolicy":                `{"policyText":"{}"}`,
		"GetRepositoryPolicy":              fmt.Sprintf(`{"policyText":%q}`, policyText),
		"DescribeOrganization":             `{"Organization":{"Id":"o-a1b2c3d4e5"}}`,
		"DescribeOrganizationalUnit":       `{"OrganizationalUnit":{"Id":"ou-ab12-11111111"}}`,
		"ListParents":                      `{"Parents":[{"Id":"r-ab12","Type":"ROOT"}]}`,
		"ListRoots":                        `{"Roots":[{"Id":"r-ab12"}]}`,
		"ListOrganizationalUnitsForParent": `{"OrganizationalUnits":[]}`,
		"GetCallerIdentity":                "<Arn>arn:aws:iam::" + account + ":user/alice</Arn><UserId>AIDAEXAMPLE</UserId><Account>" + account + "</Account>",
		"CreateRole":                       role,
		"GetRole":                          role,
		"UpdateRole":                       " ",
		"GetRolePolicy":                    "<PolicyDocument>" + url.PathEscape(policyText) + "</PolicyDocument>",
		"ListAttachedRolePolicies":         "<AttachedPolicies><member><PolicyArn>arn:aws:iam::aws:policy/A</PolicyArn></member></AttachedPolicies>",
		"ListInstanceProfilesForRole":      "<InstanceProfiles><member><InstanceProfileName>profile</InstanceProfileName></member></InstanceProfiles>",
		"ListRolePolicies":                 "<PolicyNames><member>inline</member></PolicyNames>",
		"ListOpenIDConnectProviders":       "<OpenIDConnectProviderList><member><Arn>arn:aws:iam::" + account + ":oidc-provider/example.com</Arn></member></OpenIDConnectProviderList>",
		"ListRoles":                        "<Roles><member><Arn>" + roleARN + "</Arn><RoleId>AROAEXAMPLE</RoleId></member></Roles>",
		"CreateSecurityGroup":              "<groupId>sg-1</groupId>",
		"CreateVpcEndpoint":                "<vpcEndpoint>" + endpointItem("vpce-1", "available", "") + "</vpcEndpoint>",
		"DescribePrefixLists":              "<prefixListSet><item><prefixListId>pl-1</prefixListId></item></prefixListSet>",
		"DescribeRouteTables":              "<routeTableSet><item><routeTableId>rtb-1</routeTableId></item></routeTableSet>",
		"DescribeSecurityGroups":           "<securityGroupInfo><item><groupId>sg-1</groupId></item></securityGroupInfo>",
		"DescribeSubnets":                  "<subnetSet><item><subnetId>subnet-1</subnetId></item></subnetSet>",
		"DescribeVpcAttribute":             "<enableDnsSupport><value>true</value></enableDnsSupport>",
		"DescribeVpcEndpoints":             endpointSet(endpointItem("vpce-1", "available", "")),
		"DescribeVpcEndpointServices":      "<serviceDetailSet/>",
		"DescribeVpcs":                     "<vpcSet><item><vpcId>vpc-1</vpcId></item></vpcSet>",
		"SetRepositoryPolicy":              `{"policyText":"{}"}`,
		"ListTagsForResource":              `{"tags":[]}`,
		"ListImages":                       `{"imageIds":[]}`,
		"PutLifecyclePolicy":               `{"lifecyclePolicyText":"{}"}`,
		"PutImageTagMutability":            `{"imageTagMutability":"MUTABLE"}`,
		"PutImageScanningConfiguration":    `{"imageScanningConfiguration":{}}`,
		"DeleteVpcEndpoints":               "<unsuccessful/>",
		"ModifyVpcEndpoint":                "<return>true</return>",
		"CreateTags":                       "<return>true</return>",
		"DeleteTags":                       "<return>true</return>",
		"AuthorizeSecurityGroupIngress":    "<return>true</return>",
		"RevokeSecurityGroupIngress":       "<return>true</return>",
		"DeleteSecurityGroup":              "<return>true</return>",
		"DeleteRepository":                 `{"repository":` + app + `}`,
		"DeleteLifecyclePolicy":            `{"lifecyclePolicyText":"{}"}`,
		"DeleteRepositoryPolicy":           `{"policyText":"{}"}`,
	}
}

// answering is an AWS that answers each operation by its content, but for those that spoilt speaks of.
type answering struct {
	contents map[string]string
	spoilt   map[string]func(proper string) string

	mu    sync.Mutex
	calls []string
}

func (s *answering) RoundTrip(r *http.Request) (*http.Response, error) {
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	_, action, isJSON := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	var body string
	if isJSON {
		body = s.contents[action]
		if strings.TrimSpace(body) == "" {
			body = "{}"
		}
	} else {
		form, err := url.ParseQuery(string(text))
		if err != nil {
			return nil, err
		}
		action = form.Get("Action")
		body = s.contents[action]
		if !strings.HasPrefix(r.URL.Host, "ec2.") && body != "" {
			body = "<" + action + "Result>" + body + "</" + action + "Result>"
		}
		body = `<?xml version="1.0" encoding="UTF-8"?>` + "\n<" + action + `Response xmlns="https://example.com/">` + body + "</" + action + "Response>\n"
	}
	s.mu.Lock()
	s.calls = append(s.calls, action)
	if spoil := s.spoilt[action]; spoil != nil {
		body = spoil(body)
	}
	s.mu.Unlock()
	return &http.Response{
		StatusCode: http.StatusOK,
		Header:     http.Header{"X-Amzn-Requestid": {"request-1"}},
		Body:       io.NopCloser(strings.NewReader(body)),
		Request:    r,
	}, nil
}

func (s *answering) clients() *awsapi.Clients {
	once := 1
	return awsapi.New(awsapi.Config{
		Region: "eu-west-1", AccessKey: "AKIAEXAMPLE", SecretKey: "secret", MaxRetries: &once,
		HTTPClient: &http.Client{Transport: s},
	})
}

// Each call is made by one of these, at least.
func everyCall() map[string]func(context.Context, *awsapi.Clients) error {
	key := awsapi.RepositoryKey{Name: "app"}
	ids := []string{"vpce-1"}
	rule := []awsapi.IngressRule{awsapi.HTTPS("10.0.0.0/16")}
	return map[string]func(context.Context, *awsapi.Clients) error{
		"Identity": func(ctx context.Context, c *awsapi.Clients) error { _, err := c.Identity(ctx); return err },
		"CreateRepository": func(ctx context.Context, c *awsapi.Clients) error {
			_, err := c.CreateRepository(ctx, "", awsapi.NewRepository{Name: "app"})
			return err
		},
		"RepositoryDetails": func(ctx context.Context, c *awsapi.Clients) error {
			_, err := c.RepositoryDetails(ctx, key, "")
			return err
		},
		"RegistryPolicy": func(ctx context.Context, c *awsapi.Clients) error {
			if _, known := c.RegistryPolicy(ctx, ""); !known {
				return fmt.Errorf("the registry's policy is not known: an answer that is not AWS's")
			}
			return nil
		},
		"HasImages":             func(ctx context.Context, c *awsapi.Clients) error { _, err := c.HasImages(ctx, key); return err },
		"PutLifecyclePolicy":    func(ctx context.Context, c *awsapi.Clients) error { return c.PutLifecyclePolicy(ctx, key, "{}") },
		"DeleteLifecyclePolicy": func(ctx context.Context, c *awsapi.Clients) error { return c.DeleteLifecyclePolicy(ctx, key) },
		"PutImageTagMutability": func(ctx context.Context, c *awsapi.Clients) error {
			return c.PutImageTagMutability(ctx, key, "MUTABLE", nil)
		},
		"PutImageScanning": func(ctx context.Context, c *awsapi.Clients) error { return c.PutImageScanning(ctx, key, true) },
		"SetRepositoryPolicy": func(ctx context.Context, c *awsapi.Clients) error {
			return edit(ctx, c, key, `{"Statement":[]}`)
		},
		"DeleteRepositoryPolicy": func(ctx context.Context, c *awsapi.Clients) error { return edit(ctx, c, key, "") },
		"DeleteRepository":       func(ctx context.Context, c *awsapi.Clients) error { return c.DeleteRepository(ctx, key, false) },
		"TagRepository": func(ctx context.Context, c *awsapi.Clients) error {
			return c.TagRepository(ctx, key, "arn", map[string]string{"a": "b"})
		},
		"UntagRepository": func(ctx context.Context, c *awsapi.Clients) error {
			return c.UntagRepository(ctx, key, "arn", []string{"a"})
		},
		"OrganizationalUnitPath": func(ctx context.Context, c *awsapi.Clients) error {
			_, err := c.OrganizationalUnitPath(ctx, "ou-ab12-11111111")
			return err
		},
		"OrganizationalUnits": func(ctx context.Context, c *awsapi.Clients) error { _, err := c.OrganizationalUnits(ctx); return err },
		"CreateRole": func(ctx context.Context, c *awsapi.Clients) error {
			_, err := c.CreateRole(ctx, awsapi.NewRole{
				Name: "ci", TrustPolicy: trust, Inline: map[string]string{"inline": policyText}, Managed: []string{"arn:aws:iam::aws:policy/A"},
			})
			return err
		},
		"Role": func(ctx context.Context, c *awsapi.Clients) error {
			_, err := c.Role(ctx, "ci", []string{"inline"})
			return err
		},
		"DeleteRole": func(ctx context.Context, c *awsapi.Clients) error {
			return c.DeleteRole(ctx, "ci", true, awsapi.RoleContents{})
		},
		"FindRole": func(ctx context.Context, c *awsapi.Clients) error { _, err := c.FindRole(ctx, "ci"); return err },
		"RoleIDs":  func(ctx context.Context, c *awsapi.Clients) error { _, err := c.RoleIDs(ctx); return err },
		"OIDCProvider": func(ctx context.Context, c *awsapi.Clients) error {
			_, err := c.OIDCProvider(ctx, "https://example.com")
			return err
		},
		"UpdateRole":  func(ctx context.Context, c *awsapi.Clients) error { return c.UpdateRole(ctx, "ci", "", 3600) },
		"UpdateTrust": func(ctx context.Context, c *awsapi.Clients) error { return c.UpdateTrust(ctx, "ci", trust) },
		"PutInline": func(ctx context.Context, c *awsapi.Clients) error {
			return c.PutInline(ctx, "ci", "inline", policyText)
		},
		"CreateInline": func(ctx context.Context, c *awsapi.Clients) error { // the role has a policy of that name: only its reads are looked at
			if _, err := c.CreateInline(ctx, "ci", "inline", policyText); err == nil || !strings.Contains(err.Error(), "already") {
				return err
			}
			return nil
		},
		"RemoveInline": func(ctx context.Context, c *awsapi.Clients) error { return c.DeleteInline(ctx, "ci", "inline") },
		"AttachManaged": func(ctx context.Context, c *awsapi.Clients) error {
			return c.AttachManaged(ctx, "ci", "arn:aws:iam::aws:policy/A")
		},
		"DetachManaged": func(ctx context.Context, c *awsapi.Clients) error {
			return c.DetachManaged(ctx, "ci", "arn:aws:iam::aws:policy/A")
		},
		"SetBoundary": func(ctx context.Context, c *awsapi.Clients) error {
			return c.SetBoundary(ctx, "ci", "arn:aws:iam::aws:policy/A")
		},
		"no boundary": func(ctx context.Context, c *awsapi.Clients) error { return c.SetBoundary(ctx, "ci", "") },
		"TagRole": func(ctx context.Context, c *awsapi.Clients) error {
			return c.TagRole(ctx, "ci", map[string]string{"a": "b"})
		},
		"UntagRole": func(ctx context.Context, c *awsapi.Clients) error { return c.UntagRole(ctx, "ci", []string{"a"}) },
		"CreateEndpoint": func(ctx context.Context, c *awsapi.Clients) error {
			_, err := c.CreateEndpoint(ctx, "", "token", awsapi.NewEndpoint{VPCID: "vpc-1", ServiceName: "com.amazonaws.eu-west-1.s3", Type: awsapi.GatewayEndpoint})
			return err
		},
		"Endpoints": func(ctx context.Context, c *awsapi.Clients) error {
			_, err := c.Endpoints(ctx, "", "vpc-1")
			return err
		},
		"EndpointsByID": func(ctx context.Context, c *awsapi.Clients) error {
			_, err := c.EndpointsByID(ctx, "", ids)
			return err
		},
		"ModifyEndpoint": func(ctx context.Context, c *awsapi.Clients) error {
			return c.ModifyEndpoint(ctx, "", "vpce-1", awsapi.EndpointChange{Policy: new(string)})
		},
		"DeleteEndpoints": func(ctx context.Context, c *awsapi.Clients) error { return c.DeleteEndpoints(ctx, "", ids) },
		"WaitEndpoints": func(ctx context.Context, c *awsapi.Clients) error {
			_, err := c.WaitEndpoints(ctx, "", ids)
			return err
		},
		"VPC": func(ctx context.Context, c *awsapi.Clients) error { _, err := c.VPC(ctx, "", "vpc-1"); return err },
		"Subnets": func(ctx context.Context, c *awsapi.Clients) error {
			_, err := c.Subnets(ctx, "", []string{"subnet-1"})
			return err
		},
		"RouteTables": func(ctx context.Context, c *awsapi.Clients) error {
			_, err := c.RouteTables(ctx, "", []string{"rtb-1"})
			return err
		},
		"PrefixListID": func(ctx context.Context, c *awsapi.Clients) error {
			_, err := c.PrefixListID(ctx, "", "com.amazonaws.eu-west-1.s3")
			return err
		},
		"SecurityGroups": func(ctx context.Context, c *awsapi.Clients) error {
			_, err := c.SecurityGroups(ctx, "", []string{"sg-1"})
			return err
		},
		"CreateSecurityGroup": func(ctx context.Context, c *awsapi.Clients) error {
			_, err := c.CreateSecurityGroup(ctx, "", awsapi.NewSecurityGroup{Name: "n", Description: "d", VPCID: "vpc-1", Ingress: rule})
			return err
		},
		"ChangeIngress": func(ctx context.Context, c *awsapi.Clients) error {
			return c.ChangeIngress(ctx, "", "sg-1", rule, rule)
		},
		"DeleteSecurityGroup": func(ctx context.Context, c *awsapi.Clients) error { return c.DeleteSecurityGroup(ctx, "", "sg-1") },
		"EndpointServices":    func(ctx context.Context, c *awsapi.Clients) error { _, err := c.EndpointServices(ctx, ""); return err },
		"CreateTags": func(ctx context.Context, c *awsapi.Clients) error {
			return c.CreateTags(ctx, "", ids, map[string]string{"a": "b"})
		},
		"DeleteTags": func(ctx context.Context, c *awsapi.Clients) error { return c.DeleteTags(ctx, "", ids, []string{"a"}) },
	}
}

func edit(ctx context.Context, c *awsapi.Clients, key awsapi.RepositoryKey, want string) error {
	_, _, err := c.EditRepositoryPolicy(ctx, key, func(string, bool) (string, error) { return want, nil }, awsapi.EditOptions{FreshRepository: want != ""})
	return err
}

// answers that AWS's API never gives, from the proper one.
func neverGiven() map[string]func(string) string {
	return map[string]func(string) string{
		"empty": func(string) string { return "" },
		"HTML": func(string) string {
			return "<!DOCTYPE html>\n<html><body><h1>Sign in</h1><p>CreateRoleResponse</p></body></html>"
		},
		"truncated": func(proper string) string { return proper[:len(proper)/2] },
		"cut before its last sign": func(proper string) string {
			proper = strings.TrimSpace(proper)
			return proper[:len(proper)-1]
		},
	}
}

// Whatever call is answered as AWS never does: it is an error, says so, and doesn't say that something isn't there.
func TestAnswersThatAWSNeverGives(t *testing.T) {
	t.Parallel()
	reached := map[string]struct{}{}
	for name, call := range everyCall() {
		var actions []string
		synctest.Test(t, func(t *testing.T) {
			aws := &answering{contents: contents()}
			// What is written isn't what is read back, so that a lost answer is never settled: that has tests of its own.
			if err := call(t.Context(), aws.clients()); err != nil && !strings.Contains(err.Error(), "each time somebody else's write") {
				t.Fatalf("%s with proper answers: %v", name, err)
			}
			slices.Sort(aws.calls)
			actions = slices.Compact(aws.calls)
		})
		for _, action := range actions {
			reached[action] = struct{}{}
			if action == "GetCallerIdentity" && name != "Identity" {
				continue
			}
			for kind, spoil := range neverGiven() {
				synctest.Test(t, func(t *testing.T) {
					aws := &answering{contents: contents(), spoilt: map[string]func(string) string{action: spoil}}
					err := call(t.Context(), aws.clients())
					if err == nil || awsapi.IsNotFound(err) || !strings.Contains(err.Error(), "an answer that is not AWS's") {
						t.Errorf("%s, %s with the answer %s: %v", name, action, kind, err)
					}
				})
			}
		}
	}
	if diff := cmp.Diff(operations(t), slices.Sorted(maps.Keys(reached))); diff != "" {
		t.Errorf("operations (-in the source +reached):\n%s", diff)
	}
}

// Objects that answers are about, and that a well-formed answer lacks.
func TestAnswersWithoutTheirObject(t *testing.T) {
	t.Parallel()
	for name, action := range map[string]string{
		"Identity": "GetCallerIdentity", "CreateRepository": "CreateRepository", "OrganizationalUnits": "DescribeOrganization",
		"OrganizationalUnitPath": "DescribeOrganizationalUnit", "CreateRole": "CreateRole", "Role": "GetRole",
		"CreateInline": "GetRolePolicy", "CreateEndpoint": "CreateVpcEndpoint", "CreateSecurityGroup": "CreateSecurityGroup",
		"VPC": "DescribeVpcs", "RepositoryDetails": "DescribeRepositories", "RegistryPolicy": "GetRegistryPolicy",
	} {
		t.Run(action, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				bare := contents()
				bare[action] = " "
				err := everyCall()[name](t.Context(), (&answering{contents: bare}).clients())
				if err == nil || awsapi.IsNotFound(err) || !strings.Contains(err.Error(), "an answer that is not AWS's") {
					t.Errorf("%v", err)
				}
			})
		})
	}
}

// operations are those that this package calls, by its source.
func operations(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]struct{}{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(node ast.Node) bool {
			if call, ok := node.(*ast.CallExpr); ok {
				if method, ok := call.Fun.(*ast.SelectorExpr); ok {
					if client, ok := method.X.(*ast.Ident); ok && client.Name == "client" && len(call.Args) > 1 {
						found[method.Sel.Name] = struct{}{}
					}
				}
			}
			return true
		})
	}
	return slices.Sorted(maps.Keys(found))
}

// A delete that was answered so is read back.
func TestDeletesAreReadBack(t *testing.T) {
	t.Parallel()
	empty := func(string) string { return "" }
	for name, test := range map[string]struct {
		action string
		gone   map[string]string // what the reads say then
	}{
		"DeleteLifecyclePolicy": {"DeleteLifecyclePolicy", map[string]string{"GetLifecyclePolicy": "LifecyclePolicyNotFoundException"}},
		"DeleteRepository":      {"DeleteRepository", map[string]string{"DescribeRepositories": "RepositoryNotFoundException"}},
		"DeleteRepositoryPolicy": {
			"DeleteRepositoryPolicy", map[string]string{"GetRepositoryPolicy": "RepositoryPolicyNotFoundException"},
		},
		"RemoveInline":        {"DeleteRolePolicy", map[string]string{"GetRolePolicy": "NoSuchEntity"}},
		"DetachManaged":       {"DetachRolePolicy", map[string]string{"ListAttachedRolePolicies": "NoSuchEntity"}},
		"DeleteRole":          {"DeleteRole", map[string]string{"GetRole": "NoSuchEntity"}},
		"DeleteEndpoints":     {"DeleteVpcEndpoints", map[string]string{"DescribeVpcEndpoints": "InvalidVpcEndpointId.NotFound"}},
		"DeleteSecurityGroup": {"DeleteSecurityGroup", map[string]string{"DescribeSecurityGroups": "InvalidGroup.NotFound"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				aws := &refusing{answering: answering{contents: contents(), spoilt: map[string]func(string) string{test.action: empty}}, refusals: test.gone}
				once := 1
				c := awsapi.New(awsapi.Config{Region: "eu-west-1", AccessKey: "AKIAEXAMPLE", SecretKey: "secret", MaxRetries: &once, HTTPClient: &http.Client{Transport: aws}})
				if err := everyCall()[name](t.Context(), c); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// refusing refuses operations, by a code.
type refusing struct {
	answering

	refusals map[string]string
}

func (s *refusing) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := s.answering.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	code := s.refusals[s.calls[len(s.calls)-1]]
	s.mu.Unlock()
	if code == "" {
		return response, nil
	}
	body := "<Response><Errors><Error><Code>" + code + "</Code><Message>gone</Message></Error></Errors></Response>"
	switch {
	case r.Header.Get("X-Amz-Target") != "":
		body = `{"__type":"` + code + `","message":"gone"}`
	case strings.HasPrefix(r.URL.Host, "iam."):
		body = "<ErrorResponse><Error><Code>" + code + "</Code><Message>gone</Message></Error></ErrorResponse>"
	}
	response.StatusCode, response.Body = http.StatusBadRequest, io.NopCloser(strings.NewReader(body))
	return response, nil
}

// A create that was answered so made the object: it is found again by what was sent, and is ours.
func TestCreatesAreSettled(t *testing.T) {
	t.Parallel()
	empty := func(string) string { return "" }
	for _, name := range []string{"CreateRepository", "CreateRole"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				made := contents()
				now := time.Now().UTC()
				for action, content := range made {
					content = strings.Replace(content, `"createdAt":1}`, fmt.Sprintf(`"createdAt":%d}`, now.Unix()), 1)
					made[action] = strings.Replace(content, "2000-01-01T00:00:00Z", now.Format(time.RFC3339), 1)
				}
				made["ListRolePolicies"], made["ListAttachedRolePolicies"] = "<PolicyNames/>", "<AttachedPolicies/>"
				aws := &answering{contents: made, spoilt: map[string]func(string) string{name: empty}}
				if err := everyCall()[name](t.Context(), aws.clients()); err != nil {
					t.Error(err)
				}
				if n := strings.Count(strings.Join(aws.calls, " "), name); n != 1 {
					t.Errorf("%s was called %d times", name, n)
				}
			})
		})
	}
	t.Run("CreateVpcEndpoint", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			asked := 0
			aws := &answering{contents: contents(), spoilt: map[string]func(string) string{"CreateVpcEndpoint": func(proper string) string {
				if asked++; asked == 1 {
					return ""
				}
				return proper
			}}}
			if err := everyCall()["CreateEndpoint"](t.Context(), aws.clients()); err != nil || asked != 2 {
				t.Errorf("%v, asked %d times with one token", err, asked)
			}
		})
	})
}
