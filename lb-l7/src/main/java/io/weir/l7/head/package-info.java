/** The message head that all HTTP versions share: bytes with an offset table. */
@NullMarked
package io.weir.l7.head;

import org.jspecify.annotations.NullMarked;
