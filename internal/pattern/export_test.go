// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

// The proofs of roles for ECS, for tests that give them other documents than those of their input.
var (
	ProveECSExecutionAs      = proveECSExecution
	ProveECSInfrastructureAs = proveECSInfrastructure
	ProveECSPermissionsAs    = proveECSPermissions
	ProveECSTaskAs           = proveECSTask
)
