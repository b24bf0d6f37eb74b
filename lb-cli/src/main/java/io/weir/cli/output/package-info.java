/** What the command prints: tables for people, JSON and YAML for programs, names for shell loops. */
@NullMarked
package io.weir.cli.output;

import org.jspecify.annotations.NullMarked;
