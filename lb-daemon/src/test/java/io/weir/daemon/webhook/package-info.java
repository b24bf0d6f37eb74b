@NullMarked
package io.weir.daemon.webhook;

import org.jspecify.annotations.NullMarked;
