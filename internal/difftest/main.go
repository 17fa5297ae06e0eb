// Copyright (c) ecrx authors
// SPDX-License-Identifier: MPL-2.0

// Command difftest decides the cases on its standard input, one JSON text a line, and writes {"id": …, "decision": …} for
// each. `make difftest` compares that with an IAM simulator that nobody of this project wrote.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/ecrx/terraform-provider-ecrx/internal/authz"
)

// longestCase is the length of the longest line, in bytes.
const longestCase = 1 << 20

func main() {
	if err := decide(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func decide(in io.Reader, out io.Writer) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, longestCase)
	answers := json.NewEncoder(out)
	for lines.Scan() {
		c, err := authz.ParseCase(lines.Text())
		if err != nil {
			return err
		}
		decision := authz.Decide(&c.Request, &c.Layers)
		if err := answers.Encode(map[string]string{"id": c.ID, "decision": decision.String()}); err != nil {
			return err
		}
	}
	return lines.Err()
}
