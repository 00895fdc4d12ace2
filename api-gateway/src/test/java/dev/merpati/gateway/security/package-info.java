@NullMarked
package dev.merpati.gateway.security;

import org.jspecify.annotations.NullMarked;
