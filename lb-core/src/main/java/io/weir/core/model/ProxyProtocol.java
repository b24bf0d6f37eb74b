package io.weir.core.model;

/** The PROXY protocol header that a pool's backends get in front of the first byte (CLB-41). */
public enum ProxyProtocol {
    NONE, V1, V2
}
