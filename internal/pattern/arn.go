// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"errors"
	"strings"
	"unicode"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
)

var errSpace = errors.New("it holds a space")

// parseARN takes an ARN of a kind that holds no space, as those of IAM, Lambda and CodeBuild do.
func parseARN(text string) (arn.ARN, error) {
	if strings.ContainsFunc(text, unicode.IsSpace) {
		return arn.ARN{}, errSpace
	}
	return arn.Parse(text)
}
