// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
	"github.com/ecrx/terraform-provider-ecrx/internal/policy"
)

// some gives a part of the texts, in any order; nil as often as any one of them.
func some(r *rand.Rand, texts ...string) []string {
	var out []string
	for _, i := range r.Perm(len(texts))[:r.IntN(len(texts)+1)] {
		out = append(out, texts[i])
	}
	return out
}

// anyPermissions are valid permissions, other ones for each seed.
func anyPermissions(seed uint64) pattern.ECSPermissions {
	r := rand.New(rand.NewPCG(seed, 1))
	queues := []string{taskQueue, taskQueue + ".fifo", "arn:aws:sqs:*:111111111111:orders-*"}
	tables := []string{taskTable, taskTable + "-*", "arn:aws:dynamodb:us-east-1:222222222222:table/x"}
	objects := []string{taskBucket, taskBucket + "/*", taskBucket + "/a/*", taskBucket + "/b", "arn:aws:s3:::other/a/*", "arn:aws:s3:::third-*"}
	caches := []string{taskCache, taskServerless, taskNode}
	p := pattern.ECSPermissions{
		SQSSend: some(r, queues...), SQSReceive: some(r, queues...), DynamoDBRead: some(r, tables...), DynamoDBWrite: some(r, tables...),
		DAX: some(r, taskDAX, taskDAX+"-*"), S3Read: some(r, objects...), S3Write: some(r, objects...),
		RDSConnect: some(r, taskUser, taskUser+"2"), RDSDescribe: some(r, taskDatabase, taskAurora, taskAurora+"-2"), ElastiCacheDescribe: some(r, caches...),
		SSMParameters: some(r, taskParameter, "arn:aws:ssm:eu-west-1:111111111111:parameter/a/*", "arn:aws:ssm:eu-west-1:111111111111:parameter/b*"), ECSExec: r.IntN(2) == 0,
		CloudFormationRead: some(r, taskStack, taskStack+"/11111111-2222-3333-4444-555555555555", taskStack+"-*", taskStack+"/*"),
		CloudWatchMetrics:  some(r, "Orders", "Orders/Mail"), LogsWrite: some(r, taskLogs, taskLogs+":*", taskLogs+"-*"),
		KMSKeyARNs: some(r, taskKey, "arn:aws:kms:*:111111111111:key/mrk-1234abcd12ab34cd56ef1234567890ab"),
		Statements: []policy.Statement{
			{Effect: policy.Deny, Actions: []string{"sqs:*"}, Resources: []string{"arn:aws:sqs:*:222222222222:*"}},
			{Sid: "SQSSendMore", Effect: policy.Allow, Actions: []string{"sqs:SendMessage"}, Resources: []string{taskQueue}},
			{Sid: "Publish", Effect: policy.Allow, Actions: []string{"sns:Publish"}, Resources: []string{"arn:aws:sns:eu-west-1:111111111111:orders"}},
		}[:r.IntN(4)],
	}
	if r.IntN(2) == 0 {
		p.ElastiCacheConnect = append(some(r, taskServerless), taskCache, taskCacheUser)
	}
	if len(p.SQSSend)+len(p.SQSReceive)+len(p.DynamoDBRead)+len(p.DynamoDBWrite)+len(p.S3Read)+len(p.S3Write)+len(p.SSMParameters) == 0 {
		p.KMSKeyARNs = nil
	}
	return p
}

// Whatever permissions say is found again in their policy, in words that build the same one and leave no statement over.
func TestRecognizeECSPermissions(t *testing.T) {
	t.Parallel()
	cases := slices.Collect(maps.Values(goldenPermissions()))
	for seed := range uint64(300) {
		cases = append(cases, anyPermissions(seed))
	}
	for _, p := range cases {
		d := asStored(t, pattern.ECSTaskPolicy(p))
		got, ok := pattern.RecognizeECSPermissions(d)
		if built := pattern.ECSTaskPolicy(got); !ok || !policy.Equal(built, d) || len(got.Statements) != len(p.Statements) {
			t.Fatalf("recognized: %t\n%+v\nof %+v", ok, got, p)
		}
		if again, ok := pattern.RecognizeECSPermissions(pattern.ECSTaskPolicy(got)); !ok || !cmp.Equal(got, again, anyOrder) {
			t.Errorf("the second time it is %+v, after %+v", again, got)
		}
	}
}

var anyOrder = cmpopts.SortSlices(strings.Compare)

func TestRecognizeECSPermissionsInShort(t *testing.T) {
	t.Parallel()
	all := everyPermission()
	long, short := all, all
	long.S3Read, long.S3Write = []string{taskBucket + "/*", taskBucket}, []string{taskBucket + "/in/*", "arn:aws:s3:::other/*"}
	short.S3Read, short.S3Write = []string{taskBucket}, []string{taskBucket + "/in/*", "arn:aws:s3:::other"}
	long.CloudFormationRead, long.LogsWrite = []string{taskStack + "/11111111-2222-3333-4444-555555555555", taskStack}, []string{taskLogs + ":*"}
	got, ok := pattern.RecognizeECSPermissions(asStored(t, pattern.ECSTaskPolicy(long)))
	if diff := cmp.Diff(short, got, anyOrder); diff != "" || !ok {
		t.Errorf("recognized: %t (-want +got):\n%s", ok, diff)
	}
	if got, ok := pattern.RecognizeECSPermissions(policy.Document{}); !ok || !cmp.Equal(got, pattern.ECSPermissions{}) {
		t.Errorf("no policy: %t, %+v", ok, got)
	}
	all.Statements = nil
	if got, ok := pattern.RecognizeECSPermissions(pattern.ECSTaskPolicy(all)); !ok || got.Statements != nil {
		t.Errorf("recognized: %t, with the statements %#v", ok, got.Statements)
	}
	// IAM keeps a list as it was written.
	twice := pattern.ECSTaskPolicy(all)
	for i := range twice.Statements {
		twice.Statements[i].Resources = append(twice.Statements[i].Resources, twice.Statements[i].Resources...)
	}
	if got, ok := pattern.RecognizeECSPermissions(twice); !ok || !slices.Equal(got.SQSSend, []string{taskQueue}) || !slices.Equal(got.KMSKeyARNs, []string{taskKey}) {
		t.Errorf("recognized: %t, %+v", ok, got)
	}
}

// more gives copies of the document, each with one statement that has something more, by what was done.
func more(d policy.Document) map[string]policy.Document {
	out := map[string]policy.Document{}
	edit := func(what string, i int, change func(*policy.Statement)) {
		other := policy.Document{Version: d.Version, Statements: slices.Clone(d.Statements)}
		change(&other.Statements[i])
		out[d.Statements[i].Sid+": "+what] = other
	}
	for i := range d.Statements {
		edit("an action", i, func(s *policy.Statement) { s.Actions = append(slices.Clone(s.Actions), "sqs:PurgeQueue") })
		edit("a resource", i, func(s *policy.Statement) {
			s.Resources = append(slices.Clone(s.Resources), "arn:aws:sns:eu-west-1:111111111111:x")
		})
		edit("a condition", i, func(s *policy.Statement) {
			s.Conditions = append(slices.Clone(s.Conditions), condition("Bool", "aws:SecureTransport", "true"))
		})
		edit("another Sid", i, func(s *policy.Statement) { s.Sid += "2" })
		edit("any resource", i, func(s *policy.Statement) { s.Resources = []string{"*", "arn:aws:sns:eu-west-1:111111111111:x"} })
		edit("all but it", i, func(s *policy.Statement) { s.NotResources, s.Resources = s.Resources, nil })
	}
	return out
}

// A statement that is a little other is no attribute's: it stays as it is.
func TestRecognizeECSPermissionsTampered(t *testing.T) {
	t.Parallel()
	permissions := everyPermission()
	permissions.S3Read = append(permissions.S3Read, "arn:aws:s3:::shared/part/*")
	permissions.Statements = nil
	whole := pattern.ECSTaskPolicy(permissions)
	cases := lessened(whole, "")
	maps.Copy(cases, more(whole))
	// One namespace is as good as another.
	delete(cases, "CloudWatchMetrics: another cloudwatch:namespace")
	for what, d := range cases {
		got, ok := pattern.RecognizeECSPermissions(d)
		if strings.HasSuffix(what, ": all but it") {
			if ok {
				t.Errorf("%s: recognized, and no argument can say it: %+v", what, got)
			}
			continue
		}
		if !ok || !policy.Equal(pattern.ECSTaskPolicy(got), d) {
			t.Errorf("%s: recognized: %t, %+v", what, ok, got)
			continue
		}
		before, after := texts(whole.Statements), texts(got.Statements)
		for _, s := range texts(d.Statements) {
			if !slices.Contains(before, s) && !slices.Contains(after, s) {
				t.Errorf("%s: the statement is taken for an attribute: %+v", what, got)
			}
		}
		if problems := pattern.ValidateECSPermissions(typed(got)); pattern.HasErrors(problems) {
			t.Errorf("%s: what is recognized isn't valid: %s", what, problemsText(problems))
		}
	}
}

func texts(statements []policy.Statement) []string {
	texts := make([]string, len(statements))
	for i, s := range statements {
		texts[i] = s.Canonical()
	}
	return texts
}

// typed are the permissions without what is written by hand.
func typed(p pattern.ECSPermissions) pattern.ECSPermissions {
	p.Statements, p.Incomplete = nil, true
	return p
}

// What an attribute doesn't take is none of it, even if it would build the same.
func TestRecognizeECSPermissionsInvalid(t *testing.T) {
	t.Parallel()
	for name, p := range map[string]pattern.ECSPermissions{
		"every queue":         {SQSSend: []string{"*"}},
		"a topic":             {SQSSend: []string{"arn:aws:sns:eu-west-1:111111111111:orders"}},
		"a cache alone":       {ElastiCacheConnect: []string{taskCache}},
		"namespaces":          {CloudWatchMetrics: []string{"Orders*"}},
		"streams of anything": {LogsWrite: []string{"arn:aws:logs:eu-west-1:111111111111:log-group:*"}},
	} {
		got, ok := pattern.RecognizeECSPermissions(pattern.ECSTaskPolicy(p))
		if want := (pattern.ECSPermissions{Statements: pattern.ECSTaskPolicy(p).Statements}); !ok || !cmp.Equal(want, got) {
			t.Errorf("%s: recognized: %t, %+v", name, ok, got)
		}
	}
	alias := pattern.ECSPermissions{SQSReceive: []string{taskQueue}, KMSKeyARNs: []string{"arn:aws:kms:eu-west-1:111111111111:alias/orders"}}
	if got, ok := pattern.RecognizeECSPermissions(pattern.ECSTaskPolicy(alias)); !ok || got.KMSKeyARNs != nil || len(got.Statements) != 1 {
		t.Errorf("alias: recognized: %t, %+v", ok, got)
	}
	anything := pattern.ECSTaskPolicy(pattern.ECSPermissions{CloudWatchMetrics: []string{"Orders"}})
	anything.Statements[0].Conditions = nil
	if got, ok := pattern.RecognizeECSPermissions(anything); !ok || len(got.Statements) != 1 {
		t.Errorf("metrics without a namespace: recognized: %t, %+v", ok, got)
	}
	withID := pattern.ECSTaskPolicy(everyPermission())
	withID.ID = "mine"
	if got, ok := pattern.RecognizeECSPermissions(withID); ok || !cmp.Equal(got, pattern.ECSPermissions{}) {
		t.Errorf("with an Id: recognized: %t, %+v", ok, got)
	}
	for _, name := range []string{"2-backend-sqs", "2-backend-dynamodb", "2-backend-cloudformation"} {
		seed := ecsSeed(t, name)
		got, ok := pattern.RecognizeECSPermissions(seed)
		if want := (pattern.ECSPermissions{Statements: seed.Statements}); !ok || !cmp.Equal(want, got) {
			t.Errorf("%s: recognized: %t, %+v", name, ok, got)
		}
	}
}
