// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package authz

import "strings"

// UnknownValue stands for text that isn't known yet: alone for a whole value, or at the end of what is known of one. It
// is a character that neither an IAM policy nor an ARN can hold.
const UnknownValue = "\uffff"

// Anonymous is the principal of a request that nobody signed.
const Anonymous = "*"

// Request is one call to AWS, as its authorization sees it. Nothing is derived: Caller.Request builds the context that
// AWS would send.
type Request struct {
	// Principal is who calls: the ARN of a user, role, role session, federated user or of an account's root user, a service
	// principal such as "lambda.amazonaws.com", Anonymous or UnknownValue.
	Principal string
	// Action is the action with its service, such as "ecr:BatchGetImage".
	Action string
	// Resource is the ARN of what is acted on, or "*" for an action on the registry.
	Resource string
	// ResourceAccount is the 12-digit id of the account that owns the resource. It decides what is cross-account, because
	// the ARNs of some services hold no account.
	ResourceAccount string
	// Context holds the condition keys.
	Context Context
}

// Context holds the condition keys of a request and their values. Names have no letter case (IAM User Guide,
// reference_policies_elements_condition). The zero value is a request without keys.
type Context struct {
	values map[string]Values
	// shared are keys that several requests have in common: those of one caller, of one repository, of most actions. Those
	// of values stand above them.
	shared [3]map[string]Values
	open   bool
}

// Values are what a request carries under one key. The zero value says that the request doesn't carry the key.
type Values struct {
	list  []string
	multi bool
}

// Single gives the value of a single-valued key.
func Single(value string) Values { return Values{list: []string{value}} }

// Multi gives the values of a multivalued key; without values, the request doesn't carry the key.
func Multi(values ...string) Values { return Values{list: values, multi: true} }

// OpenContext gives a context in which a key that isn't set is unknown. In the zero value of Context it is absent.
func OpenContext() Context { return Context{open: true} }

// Set puts the values of a key. A name that ends in "/*" stands for all keys with that beginning that aren't set by
// themselves, such as the tags that a principal doesn't have.
func (c *Context) Set(key string, values Values) {
	if c.values == nil {
		c.values = map[string]Values{}
	}
	c.values[foldKey(key)] = values
}

// Get gives the values of a key as they were set, and whether they were.
func (c Context) Get(key string) (Values, bool) {
	return c.get(foldKey(key))
}

func (c *Context) get(name string) (Values, bool) {
	v, set := c.values[name]
	for i := 0; i < len(c.shared) && !set; i++ {
		v, set = c.shared[i][name]
	}
	return v, set
}

// List gives the values, none for a key that the request doesn't carry.
func (v Values) List() []string { return v.list }

// contextKey is the name of a condition key, ready to be looked up.
type contextKey struct {
	name        string // in lower case
	family      string // "aws:principaltag/*" for "aws:principaltag/team"
	resourceTag bool
}

func newContextKey(name string) contextKey {
	k := contextKey{name: foldKey(name)}
	if i := strings.IndexByte(k.name, '/'); i > 0 {
		k.family = k.name[:i] + "/*"
	}
	k.resourceTag = k.family == "aws:resourcetag/*" || k.family == "ecr:resourcetag/*"
	return k
}

// lookup gives the values of a key, and whether the request carries it.
func (c *call) lookup(k *contextKey) (Values, truth) {
	// An action on the registry has no resource that could have a tag (Service Authorization Reference,
	// list_amazonelasticcontainerregistry).
	if k.resourceTag && c.onRegistry == yes {
		return Values{}, no
	}
	context := &c.request.Context
	v, set := context.get(k.name)
	if !set && k.family != "" {
		v, set = context.get(k.family)
	}
	if !set && context.open {
		return Values{}, maybe
	}
	present := truthOf(len(v.list) > 0)
	if k.resourceTag {
		present = min(present, c.onRegistry.not())
	}
	return v, present
}

// foldKey lowers ASCII letters only, as AWS's names are ASCII.
func foldKey(name string) string {
	first := strings.IndexFunc(name, isUpper)
	if first < 0 {
		return name
	}
	folded := []byte(name)
	for i := first; i < len(folded); i++ {
		if isUpper(rune(folded[i])) {
			folded[i] += 'a' - 'A'
		}
	}
	return string(folded)
}

// foldInto is foldKey with the text of the result in a buffer that many share.
func foldInto(buffer *strings.Builder, name string) string {
	from := buffer.Len()
	for i := range len(name) {
		c := name[i]
		if isUpper(rune(c)) {
			c += 'a' - 'A'
		}
		_ = buffer.WriteByte(c)
	}
	return buffer.String()[from:]
}

func isUpper(r rune) bool { return 'A' <= r && r <= 'Z' }
