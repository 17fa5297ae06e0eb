// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package reach

// domain is where a coordinate may stand in the requests of a branch.
type domain struct {
	// shape holds the texts that it may be.
	shape *language
	// optional says that a request may lack it; a witness lacks it where it can, unless preferred is set.
	optional, preferred bool
	// list says that it holds any number of values.
	list bool
	// candidates are the values to try where conditions on numbers, dates or addresses tell them apart.
	candidates []string
}

func languageOf(alternatives ...[]symbol) *language {
	l := &language{}
	for _, symbols := range alternatives {
		l.add(symbols)
	}
	return l
}

// join puts symbols behind one another.
func join(parts ...[]symbol) []symbol {
	var all []symbol
	for _, part := range parts {
		all = append(all, part...)
	}
	return all
}

var (
	accountID = some(digits, 12, false)
	// organizationPaths are those of accounts (IAM User Guide, reference_policies_condition-keys, aws:PrincipalOrgPaths).
	organizationPaths = languageOf(
		join(textSymbols("o-"), part("/"), textSymbols("/r-"), part("/"), textSymbols("/")),
		join(textSymbols("o-"), part("/"), textSymbols("/r-"), part("/"), textSymbols("/ou-"), part(""), textSymbols("/")),
	)
	// someText is a text that isn't empty: AWS takes an empty one for an absent key.
	someText = languageOf(part(""))
	truths   = languageOf(textSymbols("true"), textSymbols("false"))
)

// part is a text of at least one character, none of which is the separator.
func part(separator string) []symbol {
	var except rune
	for _, r := range separator {
		except = r
	}
	return []symbol{{kind: one, except: except}, {kind: many, except: except}}
}

// domain gives where a coordinate may stand.
func (q *query) domain(b *branch, at string) domain {
	w := &q.world
	switch at {
	case principalAt:
		return domain{shape: q.principals(b), preferred: true}
	case orgAt:
		if b.owner && w.OrganizationPath != "" {
			return domain{shape: languageOf(textSymbols(w.OrganizationPath))}
		}
		return domain{shape: organizationPaths, optional: true, preferred: true}
	case resourceAt:
		return domain{shape: q.resources()}
	case resourceOrgAt:
		if w.OrganizationPath != "" {
			return domain{shape: languageOf(textSymbols(w.OrganizationPath))}
		}
		return domain{shape: organizationPaths, optional: true, preferred: true}
	case sourceAt:
		return domain{shape: q.sources(b)}
	case sourceOrgAt, endpointOrgAt:
		return domain{shape: organizationPaths, optional: true, preferred: true}
	case endpointAt:
		return domain{shape: languageOf(join(accountID, textSymbols("/vpce-"), some(hexadecimal, 8, true)))}
	case vpcAt:
		return domain{shape: languageOf(join(q.arn("ec2", join(some(regional, 1, true), textSymbols(":"), accountID)), textSymbols("vpc/vpc-"), some(hexadecimal, 8, true)))}
	case timeAt:
		return domain{shape: someText}
	case "aws:sourceip":
		return domain{shape: someText, optional: b.kind == Service, preferred: true}
	case "aws:vpcsourceip":
		return domain{shape: someText}
	case "aws:securetransport", "aws:viaawsservice":
		return domain{shape: truths}
	case "aws:multifactorauthpresent":
		return domain{shape: truths, optional: true}
	}
	return domain{shape: someText, optional: true, list: q.lists[at] || at == "aws:tagkeys"}
}

// regional are the characters of a Region's name.
const regional = letters + digits + "-"

// arn is an ARN of the world's partition up to what identifies the object. inside is Region and account with their colon.
func (q *query) arn(service string, inside []symbol) []symbol {
	return join(textSymbols("arn:"+q.world.partition()+":"+service+":"), inside, textSymbols(":"))
}

// principals are the principals of a branch: the ARN, then what only some keys show. A role's carries the role's unique id
// and the session's name, a user's its unique id (IAM User Guide, reference_policies_variables, the table of principals).
func (q *query) principals(b *branch) *language {
	account := accountID
	if b.owner && q.world.Account != "" {
		account = textSymbols(q.world.Account)
	}
	iam := q.arn("iam", join(textSymbols(":"), account))
	mark := []symbol{{char: nul}}
	switch b.kind {
	case Root:
		return languageOf(join(iam, textSymbols("root"), mark))
	case User:
		return languageOf(join(iam, textSymbols("user/"), some(pathed, 0, true), some(named, 1, false), mark, textSymbols("AIDA"), some(capitals+digits, 1, true)))
	case Role:
		return languageOf(join(iam, textSymbols("role/"), some(pathed, 0, true), some(named, 1, false), mark,
			textSymbols("AROA"), some(capitals+digits, 1, true), textSymbols(":"), some(named, 1, true)))
	case FederatedUser:
		// The unique id repeats account and name, which no language of ours can ask for: see query.principal.
		return languageOf(join(q.arn("sts", join(textSymbols(":"), account)), textSymbols("federated-user/"), some(named, 1, true), mark))
	case Service:
		return languageOf(join(some(letters, 1, false), some(letters+digits+"-.", 0, true), textSymbols(".amazonaws.com")))
	default:
		return languageOf(textSymbols("*"))
	}
}

// resources are the repositories that the question is about.
func (q *query) resources() *language {
	w := &q.world
	region, account, name := some(regional, 1, true), accountID, join(some(letters+digits, 2, false), some(letters+digits+"-_./", 0, true))
	if w.Region != "" {
		region = textSymbols(w.Region)
	}
	if w.Account != "" {
		account = textSymbols(w.Account)
	}
	if w.Repository != "" {
		name = textSymbols(w.Repository)
	}
	return languageOf(join(q.arn("ecr", join(region, textSymbols(":"), account)), textSymbols("repository/"), name))
}

// sources are the objects that a service calls on behalf of.
func (q *query) sources(b *branch) *language {
	mark := []symbol{{char: nul}}
	service := some(letters+digits+"-", 1, true)
	if b.source == sourceWithoutAccount {
		// The object's ARN holds no account, as an S3 bucket's; the account follows by itself.
		return languageOf(join(textSymbols("arn:"+q.world.partition()+":"), service, textSymbols(":::"), part(string(nul)), mark, accountID))
	}
	region := some(regional, 0, true)
	return languageOf(join(textSymbols("arn:"+q.world.partition()+":"), service, textSymbols(":"), region, textSymbols(":"), accountID, textSymbols(":"), part(string(nul)), mark))
}
