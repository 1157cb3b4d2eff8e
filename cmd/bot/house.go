package main

import (
	"context"

	"erratum/internal/app"
)

type exportCmd struct {
	File string `arg:"" help:"The file to write. What was interrupted goes on where it ended." placeholder:"FILE"`
}

// Help says what has to be so.
func (exportCmd) Help() string {
	return "Stop all bots first: when one worked on the data meanwhile, the export says so and has to begin anew. ERRATUM_DATA or ERRATUM_REDIS_URL names what is read."
}

// Run writes all that is kept into a file.
func (c *exportCmd) Run(ctx context.Context, p process, env *environment, cfg *app.Config) error {
	if err := env.sound(cfg); err != nil {
		return wrongSettings(err)
	}
	return app.Export(ctx, *cfg, c.File, p.stdout)
}

type importCmd struct {
	File string `arg:"" help:"A file that bot export wrote." placeholder:"FILE"`
}

// Help says where it goes.
func (importCmd) Help() string {
	return "ERRATUM_DATA names a file that is not there yet, or ERRATUM_REDIS_URL a Redis without data of Erratum. All of it is read back and compared. What was interrupted goes on where it ended; until it is finished no bot starts on it."
}

// Run fills an empty store from a file.
func (c *importCmd) Run(ctx context.Context, p process, env *environment, cfg *app.Config) error {
	if err := env.sound(cfg); err != nil {
		return wrongSettings(err)
	}
	return app.Import(ctx, *cfg, c.File, p.stdout)
}
