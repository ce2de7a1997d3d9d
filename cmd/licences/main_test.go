package main

import (
	"debug/buildinfo"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestTheListIsCurrent(t *testing.T) {
	var b strings.Builder
	if err := run(&b, ""); err != nil {
		t.Fatal(err)
	}
	shipped, err := os.ReadFile("../../docs/licences.md")
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(shipped) {
		t.Errorf("docs/licences.md is out of date: go run ./cmd/licences > docs/licences.md\nit should be:\n%s", b.String())
	}
}

// The binary says itself what it is made of; the list comes from another place.
func TestEveryModuleOfTheBinaryIsListedWithItsLicence(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "prystan")
	cmd := exec.Command("go", "build", "-o", binary, "prystan/cmd/prystan")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		t.Fatal(err)
	}
	modules, err := compiledIn()
	if err != nil {
		t.Fatal(err)
	}
	licence := map[string]string{}
	for _, m := range modules {
		licence[m.path+" "+m.version] = m.licence
	}
	for _, d := range info.Deps {
		if licence[d.Path+" "+d.Version] == "" {
			t.Errorf("%s %s is in the binary and not in the list", d.Path, d.Version)
		}
	}
	if len(info.Deps) < 10 {
		t.Errorf("the binary names %d modules only", len(info.Deps))
	}
}

func TestTheTextsAreGathered(t *testing.T) {
	folder := t.TempDir()
	if err := run(nil, folder); err != nil {
		t.Fatal(err)
	}
	modules, err := compiledIn()
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"go/LICENSE"}
	for _, m := range modules {
		want = append(want, m.path+"@"+m.version+"/"+m.texts[0])
	}
	for _, name := range want {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Error(err)
		} else if _, err := identify(string(text)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestALicenceIsKnownByItsWords(t *testing.T) {
	const (
		mit  = "Permission is hereby granted, free of charge,\n to any person obtaining a copy"
		bsd2 = "Redistribution and use in source and\n// binary forms"
	)
	texts := map[string]struct{ text, licence, refused string }{
		"MIT":              {text: mit, licence: "MIT"},
		"BSD-2":            {text: "Redistribution and use in source and binary forms, with", licence: "BSD-2-Clause"},
		"BSD-3":            {text: "Redistribution and use in source and binary forms. Neither the name of", licence: "BSD-3-Clause"},
		"two":              {text: mit + "\nLicensed under the Apache License, Version 2.0", licence: "Apache-2.0 AND MIT"},
		"MPL":              {text: "Mozilla Public License Version 2.0 … GNU General Public License", licence: "MPL-2.0"},
		"GPL":              {text: "GNU GENERAL PUBLIC LICENSE\nVersion 3", refused: "may not be compiled in"},
		"MIT and AGPL":     {text: mit + " GNU Affero General Public License", refused: "may not be compiled in"},
		"unknown":          {text: "All rights reserved.", refused: "unknown licence"},
		"nothing":          {refused: "unknown licence"},
		"words in between": {text: bsd2, refused: "unknown licence"},
	}
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		c := texts[name]
		licence, err := identify(c.text)
		if licence != c.licence {
			t.Errorf("%s: %q, want %q", name, licence, c.licence)
		}
		if c.refused == "" && err != nil || c.refused != "" && (err == nil || !strings.Contains(err.Error(), c.refused)) {
			t.Errorf("%s: error %v, want %q", name, err, c.refused)
		}
	}
}
