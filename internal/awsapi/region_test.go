// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package awsapi_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/ecrx/terraform-provider-ecrx/internal/awsapi"
)

func TestRegion(t *testing.T) {
	config := filepath.Join(t.TempDir(), "config")
	const profiles = "[default]\nregion = eu-north-1\n[profile work]\nregion = ap-northeast-1\n"
	if err := os.WriteFile(config, []byte(profiles), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		config awsapi.Config
		env    map[string]string
		want   string
	}{
		"nowhere":            {want: ""},
		"the argument":       {config: awsapi.Config{Region: "us-east-1"}, env: map[string]string{"AWS_REGION": "us-east-2"}, want: "us-east-1"},
		"AWS_REGION":         {env: map[string]string{"AWS_REGION": "us-east-2", "AWS_DEFAULT_REGION": "us-west-1", "AWS_CONFIG_FILE": config}, want: "us-east-2"},
		"AWS_DEFAULT_REGION": {env: map[string]string{"AWS_DEFAULT_REGION": "us-west-1"}, want: "us-west-1"},
		"default profile":    {env: map[string]string{"AWS_CONFIG_FILE": config}, want: "eu-north-1"},
		"AWS_PROFILE":        {env: map[string]string{"AWS_CONFIG_FILE": config, "AWS_PROFILE": "work"}, want: "ap-northeast-1"},
		"profile":            {config: awsapi.Config{Profile: "work"}, env: map[string]string{"AWS_CONFIG_FILE": config, "AWS_PROFILE": "other"}, want: "ap-northeast-1"},
		"files":              {config: awsapi.Config{SharedConfigFiles: []string{"$DIRECTORY/config"}}, env: map[string]string{"DIRECTORY": filepath.Dir(config)}, want: "eu-north-1"},
		"files at home":      {config: awsapi.Config{SharedConfigFiles: []string{"~/config"}}, env: map[string]string{"HOME": filepath.Dir(config)}, want: "eu-north-1"},
		"no such profile":    {config: awsapi.Config{Profile: "nobody"}, env: map[string]string{"AWS_CONFIG_FILE": config}, want: ""},
		"broken environment": {env: map[string]string{"AWS_REGION": "us-east-2", "AWS_MAX_ATTEMPTS": "many"}, want: ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for key, value := range test.env {
				t.Setenv(key, value)
			}
			if got := awsapi.New(test.config).Region(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestPartitions(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		partition, suffix string
		valid             bool
	}{
		"eu-west-1":       {partition: "aws", suffix: "amazonaws.com", valid: true},
		"mx-central-1":    {partition: "aws", suffix: "amazonaws.com", valid: true},
		"ap-southeast-19": {partition: "aws", suffix: "amazonaws.com", valid: true}, // not opened yet
		"cn-northwest-1":  {partition: "aws-cn", suffix: "amazonaws.com.cn", valid: true},
		"us-gov-west-1":   {partition: "aws-us-gov", suffix: "amazonaws.com", valid: true},
		"us-iso-east-1":   {partition: "aws-iso", suffix: "c2s.ic.gov", valid: true},
		"us-isob-east-1":  {partition: "aws-iso-b", suffix: "sc2s.sgov.gov", valid: true},
		"eu-isoe-west-1":  {partition: "aws-iso-e", suffix: "cloud.adc-e.uk", valid: true},
		"us-isof-south-1": {partition: "aws-iso-f", suffix: "csp.hci.ic.gov", valid: true},
		"eusc-de-east-1":  {partition: "aws-eusc", suffix: "amazonaws.eu", valid: true},
		"aws-global":      {},
		"xx-west-1":       {},
		"EU-WEST-1":       {},
		"eu-west-1a":      {},
		"":                {},
	}
	for region, test := range tests {
		t.Run(region, func(t *testing.T) {
			t.Parallel()
			partition, known := awsapi.PartitionOf(region)
			if partition != test.partition || known != (test.partition != "") {
				t.Errorf("PartitionOf = %q, %t", partition, known)
			}
			if got := awsapi.DNSSuffix(partition); got != test.suffix {
				t.Errorf("DNSSuffix = %q, want %q", got, test.suffix)
			}
			if got := awsapi.ValidRegion(region); got != test.valid {
				t.Errorf("ValidRegion = %t", got)
			}
		})
	}
}
