/** One client's connection and the request that it is at: from the first byte to the answer's last. */
@NullMarked
package io.weir.l7.exchange;

import org.jspecify.annotations.NullMarked;
