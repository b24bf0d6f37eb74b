/**
 * Datagrams between clients and backends: flows, the sockets towards backends that they share, and how datagrams move,
 * many a system call.
 */
@NullMarked
package io.weir.net.udp;

import org.jspecify.annotations.NullMarked;
