package main

import (
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// settings are what the operator may change. Each has an environment variable
// and a flag of the same meaning; the flag wins.
type settings struct {
	token         string // bot token; "" = no Telegram
	tokenFile     string
	api           string // Bot API server
	database      string // SQLite file
	keyFile       string // secret key that chat settings stand under; "" = beside the database
	backupDir     string // folder of automatic backups; "" = beside the database
	backupKeep    string // how many of them stay; "" or 0 = none are made
	listen        string // HTTP address
	publicURL     string // https address of this service; "" = long polling
	webhookSecret string // secret token of the webhook; "" = kept in the database
	secretFile    string
	sendRate      string // messages a second to Telegram, 0 = no limit
	checkLinks    string // "on" = ask the pages that the directory names whether they still answer
	logLevel      string
	logFormat     string
}

// setting is a row of the settings table.
type setting struct {
	variable, flag, fallback, meaning string
	value                             *string
	secret                            bool // never shown, not even as a default
}

func (s *settings) table() []setting {
	return []setting{
		{"PRYSTAN_TELEGRAM_TOKEN", "telegram-token", "", "bot token; unset = no Telegram", &s.token, true},
		{"PRYSTAN_TELEGRAM_TOKEN_FILE", "telegram-token-file", "", "file that holds the bot token", &s.tokenFile, false},
		{"PRYSTAN_TELEGRAM_API", "telegram-api", "https://api.telegram.org", "Bot API server", &s.api, false},
		{"PRYSTAN_DATABASE", "database", "prystan.db", "SQLite file", &s.database, false},
		{"PRYSTAN_KEY_FILE", "key-file", "", "file of the key that chat settings stand under; made if missing (default: the database's name with .key)", &s.keyFile, false},
		{"PRYSTAN_BACKUP_DIR", "backup-dir", "", "folder of automatic backups (default: backups, beside the database)", &s.backupDir, false},
		{"PRYSTAN_BACKUP_KEEP", "backup-keep", "14", "how many daily backups stay; 0 = no automatic backups", &s.backupKeep, false},
		{"PRYSTAN_LISTEN", "listen", "127.0.0.1:8080", "HTTP address", &s.listen, false},
		{"PRYSTAN_PUBLIC_URL", "public-url", "", "https address of this service; set = webhook, unset = long polling", &s.publicURL, false},
		{"PRYSTAN_WEBHOOK_SECRET", "webhook-secret", "", "secret token of the webhook (default: generated and kept in the database)", &s.webhookSecret, true},
		{"PRYSTAN_WEBHOOK_SECRET_FILE", "webhook-secret-file", "", "file that holds the secret token of the webhook", &s.secretFile, false},
		{"PRYSTAN_SEND_RATE", "send-rate", "30", "messages a second to Telegram in all; 0 = no limit of ours", &s.sendRate, false},
		{"PRYSTAN_CHECK_LINKS", "check-links", "off", "on = ask each page that the directory names once a week whether it still answers", &s.checkLinks, false},
		{"PRYSTAN_LOG_LEVEL", "log-level", "info", "debug, info, warn or error", &s.logLevel, false},
		{"PRYSTAN_LOG_FORMAT", "log-format", "", "text or json (default: text on a terminal, else json)", &s.logFormat, false},
	}
}

// newSettings registers the flags of the table with the environment's values as
// their defaults.
func newSettings(fs *flag.FlagSet, getenv func(string) string) (*settings, error) {
	s := &settings{}
	for _, row := range s.table() {
		value := row.fallback
		if v := getenv(row.variable); v != "" {
			value = v
		}
		fs.StringVar(row.value, row.flag, value, fmt.Sprintf("%s (%s)", row.meaning, row.variable))
		if row.secret {
			fs.Lookup(row.flag).DefValue = ""
		}
	}
	return s, nil
}

// check returns the first setting that makes no sense. Secrets are not quoted.
func (s *settings) check() error {
	var err error
	if s.token, err = secretOrFile("telegram-token", s.token, s.tokenFile); err != nil {
		return err
	}
	if s.webhookSecret, err = secretOrFile("webhook-secret", s.webhookSecret, s.secretFile); err != nil {
		return err
	}
	if s.token != "" && !strings.Contains(s.token, ":") {
		return errors.New("the bot token has not the form 123456:ABC…; BotFather gives it")
	}
	if strings.ContainsFunc(s.webhookSecret, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '-')
	}) || len(s.webhookSecret) > 256 {
		return errors.New("the webhook secret may hold up to 256 of A-Z, a-z, 0-9, _ and - only")
	}
	if u, err := url.Parse(s.api); err != nil || u.Host == "" {
		return fmt.Errorf("telegram-api %q is not a web address", s.api)
	}
	if s.publicURL != "" {
		if u, err := url.Parse(s.publicURL); err != nil || u.Scheme != "https" || u.Host == "" {
			return fmt.Errorf("public-url %q is not an https address", s.publicURL)
		}
		s.publicURL = strings.TrimRight(s.publicURL, "/")
	}
	if n, err := strconv.Atoi(s.backupKeep); s.backupKeep != "" && (err != nil || n < 0 || n > 10000) {
		return fmt.Errorf("backup-keep %q is not a number from 0 to 10000", s.backupKeep)
	}
	if _, _, err := net.SplitHostPort(s.listen); err != nil {
		return fmt.Errorf("listen %q is not HOST:PORT", s.listen)
	}
	if rate, err := strconv.ParseFloat(s.sendRate, 64); err != nil || rate < 0 || rate > 10000 {
		return fmt.Errorf("send-rate %q is not a number from 0 to 10000", s.sendRate)
	}
	if s.checkLinks != "on" && s.checkLinks != "off" {
		return fmt.Errorf("check-links %q is not on or off", s.checkLinks)
	}
	if err := new(slog.Level).UnmarshalText([]byte(s.logLevel)); err != nil {
		return fmt.Errorf("log-level %q is not debug, info, warn or error", s.logLevel)
	}
	switch s.logFormat {
	case "", "text", "json":
		return nil
	}
	return fmt.Errorf("log-format %q is not text or json", s.logFormat)
}

// rate returns the checked send rate in messages a second, 0 for no limit.
func (s *settings) rate() float64 {
	rate, _ := strconv.ParseFloat(s.sendRate, 64)
	return rate
}

// keep returns the checked number of backups to keep, 0 for none.
func (s *settings) keep() int {
	n, _ := strconv.Atoi(s.backupKeep)
	return n
}

// keyPath returns the file of the key that chat settings stand under.
func (s *settings) keyPath() string {
	if s.keyFile != "" {
		return s.keyFile
	}
	return strings.TrimSuffix(s.database, filepath.Ext(s.database)) + ".key"
}

func secretOrFile(name, value, file string) (string, error) {
	if file == "" {
		return value, nil
	}
	if value != "" {
		return "", fmt.Errorf("%s and %s-file are both set; set one", name, name)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("reading %s-file: %w", name, err)
	}
	return strings.TrimSpace(string(raw)), nil
}
