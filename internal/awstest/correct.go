// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awstest

// corrected gives moto with all corrections before it. Each one has a file of its own, which cites the text of AWS that
// it follows.
func (a *AWS) corrected() handler {
	next := a.toMoto
	if a.config.rememberReads {
		next = a.rememberReads(next) // for what corrections ask
	}
	for _, correct := range []func(handler) handler{
		a.correctSessions,
		a.correctPolicySize,
		a.correctLifecycle,
		a.correctPaging,
		a.correctScanning,
		a.correctTags,
		a.correctAccountSetting,
		a.correctPrincipals,
		a.correctTrust,
		a.correctInstanceProfile,
		a.correctIAMLag,
		a.correctEndpointServices,
		a.correctEndpoints,
		a.correctSharedVPC,
		a.correctSubnets,
	} {
		next = correct(next)
	}
	return next
}
