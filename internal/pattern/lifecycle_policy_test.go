// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/pattern"
)

// rule is a rule of a priority for images of a status; those for tagged images each select other tags.
func rule(priority any, tagStatus string) string {
	tags := ""
	if tagStatus == "tagged" {
		tags = fmt.Sprintf(`"tagPrefixList": ["v%s"],`, strings.Trim(fmt.Sprint(priority), `"`))
	}
	return fmt.Sprintf(`{"rulePriority": %v, "selection": {"tagStatus": %q, %s "countType": "imageCountMoreThan", "countNumber": 5}, "action": {"type": "expire"}}`, priority, tagStatus, tags)
}

// selecting is a rule of priority 1 with a selection and an action.
func selecting(selection, action string) string {
	return fmt.Sprintf(`{"rulePriority": 1, "selection": {%s}, "action": {%s}}`, selection, action)
}

func rules(all ...string) string { return `{"rules": [` + strings.Join(all, ", ") + `]}` }

func TestValidateLifecyclePolicy(t *testing.T) {
	t.Parallel()
	many := func(n int) (all []string) {
		for i := range n {
			all = append(all, rule(i+1, "tagged"))
		}
		return all
	}
	padded := func(characters int) string {
		text, err := pattern.NormalizeLifecyclePolicy(rules(rule(1, "any")))
		if err != nil {
			t.Fatal(err)
		}
		const member = `"description":"",`
		text = strings.Replace(text, `"rulePriority"`, `"description":"`+strings.Repeat("é", characters-len(text)-len(member))+`","rulePriority"`, 1)
		return text
	}
	for name, tc := range map[string]struct{ text, want string }{
		"one rule":                {rules(rule(1, "any")), ""},
		"any last, written first": {rules(rule(9, "any"), rule(2, "untagged"), rule(1, "tagged")), ""},
		"50 rules":                {rules(many(50)...), ""},
		"51 rules":                {rules(many(51)...), "can have 50 rules, and this one has 51: merge some"},
		"any before untagged":     {rules(rule(2, "untagged"), rule(1, "any")), "rules[1] selects any image, so it must be evaluated last: give it the highest rulePriority"},
		"two for any":             {rules(rule(1, "any"), rule(2, "any")), "rules[0] selects any image"},
		"two for untagged":        {rules(rule(1, "untagged"), rule(2, "untagged")), "rules[0] and rules[1] both select untagged standard images"},
		"same priority":           {rules(rule(1, "tagged"), rule(2, "untagged"), rule(1, "tagged")), "two rules have the rulePriority 1: give each"},
		"no priority":             {rules(rule(1, "tagged"), `{"selection": {}, "action": {}}`), "rules[1] has no rulePriority: give each"},
		"priority 0":              {rules(rule(0, "tagged")), "rules[0] has the rulePriority 0: write 1 or more"},
		"broken priority":         {rules(rule(1.5, "tagged")), "not a lifecycle policy"},
		"priority as text":        {rules(rule(`"1"`, "tagged")), "not a lifecycle policy"},
		"no selection":            {rules(`{"rulePriority": 1}`), "rules[0] has no selection"},
		"no rules, said so":       {rules(), ""},
		"empty object":            {`{}`, `there are no rules: write {"rules"`},
		"null":                    {`null`, `there are no rules: write {"rules"`},
		"empty":                   {``, "not a JSON object"},
		"list":                    {`[]`, "not a JSON object"},
		"not JSON":                {`{"rules": [}`, "not a JSON object"},
		"text behind":             {rules(rule(1, "any")) + " x", "text behind the JSON object"},
		"brace behind":            {rules(rule(1, "any")) + "}", "text behind the JSON object"},
		"as long as can be":       {padded(30_720), ""},
		"a character longer":      {padded(30_721), "can have 30720 characters, and this one has 30721"},
		"white space is free":     {padded(30_720) + strings.Repeat(" ", 100), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := pattern.ValidateLifecyclePolicy(tc.text); !matches(err, tc.want) {
				t.Errorf("got error %v, want one with %q", err, tc.want)
			}
		})
	}
}

func TestNormalizeLifecyclePolicy(t *testing.T) {
	t.Parallel()
	one, err := pattern.NormalizeLifecyclePolicy("{\n \"rules\": [{\"b\": 12345678901234567890, \"a\": 1.0}]\n}\n")
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"rules":[{"a":1.0,"b":12345678901234567890}]}`; one != want {
		t.Errorf("got %s, want %s", one, want)
	}
}

// TestLifecycleRules gives one rule at a time that ECR refuses, or takes.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
func TestLifecycleRules(t *testing.T) {
	t.Parallel()
	const (
		expire    = `"type": "expire"`
		archive   = `"type": "transition", "targetStorageClass": "archive"`
		count     = `"countType": "imageCountMoreThan", "countNumber": 5`
		anyTag    = `"tagStatus": "any", `
		tagged    = `"tagStatus": "tagged", `
		prefix    = `"tagPrefixList": ["v"], `
		pushed    = `"countType": "sinceImagePushed", "countUnit": "days", "countNumber": 5`
		pulled    = `"countType": "sinceImagePulled", "countUnit": "days", "countNumber": 5`
		archived  = `"storageClass": "archive", "countType": "sinceImageTransitioned", "countUnit": "days", "countNumber": `
		fourStars = `"tagPatternList": ["*test*1*2*3", "test*1*2*3*"], `
	)
	for name, tc := range map[string]struct{ text, want string }{
		"the null of an action is absent":  {selecting(tagged+prefix+count, expire+`, "targetStorageClass": null`), ""},
		"the null of a list is absent":     {selecting(tagged+prefix+`"tagPatternList": null, `+count, expire), ""},
		"a description":                    {strings.Replace(selecting(anyTag+count, expire), "{", `{"description": "x", `, 1), ""},
		"standard storage":                 {selecting(anyTag+`"storageClass": "standard", `+count, expire), ""},
		"archive by age":                   {selecting(anyTag+pushed, archive), ""},
		"archive by count":                 {selecting(anyTag+count, archive), ""},
		"archive by pull":                  {selecting(anyTag+pulled, archive), ""},
		"expire after 90 days in archive":  {selecting(anyTag+archived+"90", expire), ""},
		"four wildcards":                   {selecting(tagged+fourStars+pushed, expire), ""},
		"five wildcards":                   {selecting(tagged+`"tagPatternList": ["a*b*c*d*e*"], `+count, expire), `"a*b*c*d*e*" with 5 wildcards: write at most 4`},
		"stars in a prefix are characters": {selecting(tagged+`"tagPrefixList": ["*****"], `+count, expire), ""},
		"expire by pull":                   {selecting(anyTag+pulled, expire), "by their last pull, which ECR refuses"},
		"archived for 89 days":             {selecting(anyTag+archived+"89", expire), "write 90 or more"},
		"archived in standard storage":     {selecting(anyTag+strings.Replace(archived, "archive", "standard", 1)+"90", expire), `add "storageClass": "archive"`},
		"archived without a class":         {selecting(anyTag+strings.Replace(archived, `"storageClass": "archive", `, "", 1)+"90", expire), `add "storageClass": "archive"`},
		"archived, to be archived":         {selecting(anyTag+archived+"90", archive), "archived already"},
		"archived by count":                {selecting(anyTag+`"storageClass": "archive", `+count, expire), `write "countType": "sinceImageTransitioned"`},
		"another class":                    {selecting(anyTag+`"storageClass": "glacier", `+count, expire), `storageClass "glacier"`},
		"countNumber 0":                    {selecting(anyTag+`"countType": "imageCountMoreThan", "countNumber": 0`, expire), "countNumber 0: write 1 or more"},
		"no countNumber":                   {selecting(anyTag+`"countType": "imageCountMoreThan"`, expire), "no countNumber"},
		"half a countNumber":               {selecting(anyTag+`"countType": "imageCountMoreThan", "countNumber": 1.5`, expire), "not a lifecycle policy"},
		"countUnit with a count":           {selecting(anyTag+count+`, "countUnit": "days"`, expire), "remove countUnit"},
		"days without countUnit":           {selecting(anyTag+`"countType": "sinceImagePushed", "countNumber": 5`, expire), `add "countUnit": "days"`},
		"hours":                            {selecting(anyTag+strings.Replace(pushed, "days", "hours", 1), expire), `countUnit "hours": write "days"`},
		"tagged without a list":            {selecting(tagged+count, expire), "without a list of tags"},
		"tagged with an empty list":        {selecting(tagged+`"tagPrefixList": [], `+count, expire), "an empty list of tags"},
		"both lists":                       {selecting(tagged+prefix+`"tagPatternList": ["v*"], `+count, expire), "both tagPrefixList and tagPatternList"},
		"a list for any image":             {selecting(anyTag+prefix+count, expire), `beside the tagStatus "any"`},
		"another status":                   {selecting(`"tagStatus": "latest", `+count, expire), `tagStatus "latest": write one of "tagged", "untagged", "any"`},
		"no status":                        {selecting(count, expire), "no tagStatus"},
		"another count":                    {selecting(anyTag+`"countType": "imageCountLessThan", "countNumber": 1`, expire), `countType "imageCountLessThan"`},
		"another action":                   {selecting(anyTag+count, `"type": "delete"`), `action.type "delete": write one of "expire", "transition"`},
		"no action":                        {`{"rulePriority": 1, "selection": {"tagStatus": "any"}}`, "no action"},
		"expire into the archive":          {selecting(anyTag+count, expire+`, "targetStorageClass": "archive"`), "no targetStorageClass then"},
		"transition to nowhere":            {selecting(anyTag+pushed, `"type": "transition"`), `write "targetStorageClass": "archive"`},
		"a misspelt member":                {selecting(anyTag+count+`, "countnumbr": 3`, expire), `ECR knows no member "countnumbr"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := pattern.ValidateLifecyclePolicy(rules(tc.text)); !matches(err, tc.want) {
				t.Errorf("got error %v, want one with %q", err, tc.want)
			}
		})
	}
	// What ECR asks of rules is asked for each storage class by itself.
	archiveThenExpire := rules(selecting(anyTag+pushed, archive), strings.Replace(selecting(anyTag+archived+"365", expire), "1", "2", 1))
	sameTags := rules(selecting(tagged+`"tagPrefixList": ["b", "a"], `+count, expire), strings.Replace(selecting(tagged+`"tagPrefixList": ["a", "b"], `+count, expire), "1", "2", 1))
	for text, want := range map[string]string{archiveThenExpire: "", sameTags: "rules[0] and rules[1] select the same tags"} {
		if err := pattern.ValidateLifecyclePolicy(text); !matches(err, want) {
			t.Errorf("%s: got error %v, want one with %q", text, err, want)
		}
	}
}

// TestLifecycleExamples takes the lifecycle policies that AWS's page shows.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_examples.html
func TestLifecycleExamples(t *testing.T) {
	t.Parallel()
	type object = map[string]any
	one := func(priority int, action object, selection object) object {
		return object{"rulePriority": priority, "description": "Rule", "selection": selection, "action": action}
	}
	expire, archive := object{"type": "expire"}, object{"type": "transition", "targetStorageClass": "archive"}
	patterns := func(countType string, number int, all ...string) object {
		selection := object{"tagStatus": "tagged", "tagPatternList": all, "countType": countType, "countNumber": number}
		if countType != "imageCountMoreThan" {
			selection["countUnit"] = "days"
		}
		return selection
	}
	anyImage := func(countType string, number int) object {
		selection := patterns(countType, number)
		delete(selection, "tagPatternList")
		selection["tagStatus"] = "any"
		return selection
	}
	untagged := func(countType string, number int) object {
		selection := anyImage(countType, number)
		selection["tagStatus"] = "untagged"
		return selection
	}
	archived := anyImage("sinceImageTransitioned", 365)
	archived["storageClass"] = "archive"
	for name, all := range map[string][]object{
		"image age":               {one(1, expire, patterns("sinceImagePushed", 14, "prod*"))},
		"last pulled time":        {one(1, archive, anyImage("sinceImagePulled", 90))},
		"archive transition time": {one(1, expire, archived)},
		"image count":             {one(1, expire, untagged("imageCountMoreThan", 1))},
		"multiple rules":          {one(1, expire, patterns("imageCountMoreThan", 1, "prod*")), one(2, expire, patterns("imageCountMoreThan", 1, "beta*"))},
		"multiple tags":           {one(1, expire, patterns("sinceImagePushed", 5, "alpha*", "beta*"))},
		"all images":              {one(1, expire, anyImage("imageCountMoreThan", 1))},
		"all images, all kinds": {
			one(1, expire, patterns("imageCountMoreThan", 1, "alpha*")), one(2, expire, untagged("sinceImagePushed", 1)), one(3, expire, anyImage("imageCountMoreThan", 1)),
		},
		"archiving by age":            {one(1, archive, patterns("sinceImagePushed", 30, "prod*"))},
		"archiving and then expiring": {one(1, archive, anyImage("sinceImagePushed", 30)), one(2, expire, archived)},
	} {
		text, err := json.Marshal(object{"rules": all})
		if err != nil {
			t.Fatal(err)
		}
		if err := pattern.ValidateLifecyclePolicy(string(text)); err != nil {
			t.Errorf("%s: %s", name, err)
		}
	}
}

// ECR gives rules back in the order of their priority, so another order in the configuration is no difference.
func TestNormalizeSortsRules(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"rules":[{"rulePriority":10},{"rulePriority":2}]}`: `{"rules":[{"rulePriority":2},{"rulePriority":10}]}`,
		`{"rules":[{"rulePriority":2},{"x":1}]}`:             `{"rules":[{"rulePriority":2},{"x":1}]}`,
		`{"rules":"none"}`:                                   `{"rules":"none"}`,
		`{"rules":[]}`:                                       ``,
		`{"rules":[{"rulePriority":1,"selection":{"tagPrefixList":["core","app"],"tagPatternList":null}}]}`:                              `{"rules":[{"rulePriority":1,"selection":{"tagPrefixList":["app","core"]}}]}`,
		`{"rules":[{"rulePriority":1,"selection":{"tagPatternList":["b*","a*"]},"action":{"type":"expire","targetStorageClass":null}}]}`: `{"rules":[{"action":{"type":"expire"},"rulePriority":1,"selection":{"tagPatternList":["a*","b*"]}}]}`,
		`{"rules":[{"selection":{"tagPatternList":["b",1]}}]}`:                                                                           `{"rules":[{"selection":{"tagPatternList":["b",1]}}]}`,
	} {
		if got, err := pattern.NormalizeLifecyclePolicy(text); err != nil || got != want {
			t.Errorf("got %s, %v, want %s", got, err, want)
		}
	}
}
