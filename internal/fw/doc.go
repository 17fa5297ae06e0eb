// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Package fw is the glue between terraform-plugin-framework and the rest of the provider: the provider's data, the
// region, tags, identities and errors that every resource handles alike. It knows no access pattern.
package fw
