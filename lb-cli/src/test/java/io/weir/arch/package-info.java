/** The walls of ARCHITECTURE.md as tests; here because lb-cli sees every module. */
@NullMarked
package io.weir.arch;

import org.jspecify.annotations.NullMarked;
