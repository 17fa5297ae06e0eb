// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"time"
)

// RepositoryKey names a repository. Region "" is the provider's, RegistryID "" the caller's account.
type RepositoryKey struct {
	Region, RegistryID, Name string
}

// Repository is a repository as ECR describes it.
type Repository struct {
	ARN, RegistryID, Name, URI   string
	ImageTagMutability           string
	ImageTagMutabilityExclusions []string
	EncryptionType, KMSKey       string
	ScanOnPush                   bool
	CreatedAt                    time.Time
}

// NewRepository is a repository to create. An empty EncryptionType or ImageTagMutability leaves the choice to ECR.
type NewRepository struct {
	Name                         string
	ImageTagMutability           string
	ImageTagMutabilityExclusions []string
	EncryptionType, KMSKey       string
	ScanOnPush                   bool
	Tags                         map[string]string
}

// RepositoryDetails is all that ECR holds about a repository, apart from its images.
type RepositoryDetails struct {
	Repository
	Policy          string // "" when there is none
	LifecyclePolicy string // "" when there is none
	Tags            map[string]string
}

// CreateRepository creates a repository in the caller's account.
func (c *Clients) CreateRepository(ctx context.Context, region string, in NewRepository) (Repository, error) {
	return Repository{}, errNotBuilt
}

// Repository describes a repository, together with what others ask for at the same time.
func (c *Clients) Repository(ctx context.Context, key RepositoryKey) (Repository, error) {
	return Repository{}, errNotBuilt
}

// RepositoryDetails reads description, policy, lifecycle policy and tags concurrently.
func (c *Clients) RepositoryDetails(ctx context.Context, key RepositoryKey, arn string) (RepositoryDetails, error) {
	return RepositoryDetails{}, errNotBuilt
}

// PutImageTagMutability sets the tag mutability and its exclusion filters.
func (c *Clients) PutImageTagMutability(ctx context.Context, key RepositoryKey, mutability string, exclusions []string) error {
	return errNotBuilt
}

// PutImageScanning sets whether images are scanned when they are pushed.
func (c *Clients) PutImageScanning(ctx context.Context, key RepositoryKey, scanOnPush bool) error {
	return errNotBuilt
}

// DeleteRepository deletes a repository; with force, its images too.
func (c *Clients) DeleteRepository(ctx context.Context, key RepositoryKey, force bool) error {
	return errNotBuilt
}
