/** What layer 4 picks a session's backend by. */
@NullMarked
package io.weir.l4.session;

import org.jspecify.annotations.NullMarked;
