/** The command against a daemon that only pretends. */
@NullMarked
package io.weir.cli;

import org.jspecify.annotations.NullMarked;
