/** What the tests of this module share. */
@NullMarked
package io.weir.health;

import org.jspecify.annotations.NullMarked;
