/** The one message head of all protocol versions: bytes with an offset table, its scanner and its serialiser. */
@NullMarked
package io.weir.l7.head;

import org.jspecify.annotations.NullMarked;
