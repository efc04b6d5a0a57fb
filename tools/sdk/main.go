// Reads the plugin's schema from the standard input, validates it as Pulumi does, and writes SDKs of it with Pulumi's own generators, which
// `pulumi package gen-sdk` calls too where a language's host has them.
//
//	sdk [<folder> <language>...]
//
// Or packs the Go module in a folder as Go's module proxies serve it.
//
//	sdk zip <folder> <module> <version> <archive>
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	golang "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

const tool = "npm run sdk"

// The schema refers to no types of other packages.
var noOtherPackages = schema.NewNullLoader()

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 5 && args[0] == "zip" {
		return pack(args[1], module.Version{Path: args[2], Version: args[3]}, args[4])
	}
	var spec schema.PackageSpec
	decoder := json.NewDecoder(os.Stdin)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&spec); err != nil {
		return err
	}
	// Against the schema of schemas; what it merely warns of is an error here.
	_, diagnostics, err := schema.BindSpec(spec, noOtherPackages, schema.ValidationOptions{})
	if err != nil {
		return err
	}
	if len(diagnostics) > 0 {
		return diagnostics
	}
	if len(args) == 0 {
		return nil
	}
	for _, language := range args[1:] {
		files, err := generate(spec, language)
		if err != nil {
			return fmt.Errorf("%s: %w", language, err)
		}
		for name, contents := range files {
			path := filepath.Join(args[0], language, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				return err
			}
			if err := os.WriteFile(path, contents, 0o600); err != nil {
				return err
			}
		}
	}
	return nil
}

func pack(folder string, version module.Version, archive string) error {
	file, err := os.Create(archive)
	if err != nil {
		return err
	}
	defer file.Close()
	return zip.CreateFromDir(file, version, folder)
}

func generate(spec schema.PackageSpec, language string) (map[string][]byte, error) {
	// Each generator writes into the package, so each has its own.
	pkg, err := schema.ImportSpec(spec, nil, noOtherPackages, schema.ValidationOptions{})
	if err != nil {
		return nil, err
	}
	// As `pulumi package add` does it: the SDK is a module or package of its own, with a go.mod in Go.
	pkg.SupportPack = true
	switch language {
	case "go":
		return golang.GeneratePackage(tool, pkg, nil)
	case "nodejs":
		return nodejs.GeneratePackage(tool, pkg, nil, nil, false, nil)
	case "python":
		return python.GeneratePackage(tool, pkg, nil, nil)
	}
	return nil, fmt.Errorf("there is no generator for it here")
}
