/** Where pools find members that their configuration does not name: files, the DNS, and servers that register. */
@NullMarked
package io.weir.health.discovery;

import org.jspecify.annotations.NullMarked;
