"""Surface displacement of a finite rectangular dislocation in an elastic half-space (Okada 1985, equations 25 to 30)."""

import numpy as np

A = 0.5  # μ / (λ + μ) of a Poisson's ratio of 1/4
TINY = 1e-12


def displacement(x, y, depth, dip, length, width, strike_slip=0.0, dip_slip=0.0, opening=0.0):
    """The displacement at points of the surface as (along strike, across strike, up).

    As Okada has it: `depth` is that of the lower edge, which runs from x = 0 to `length` at y = 0; the rectangle rises
    from there by `width`, at `dip` radians, towards positive y. Everything has one unit."""
    p = y * np.cos(dip) + depth * np.sin(dip)
    q = y * np.sin(dip) - depth * np.cos(dip)
    total = 0
    for xi, eta, sign in (
            (x, p, 1), (x, p - width, -1), (x - length, p, -1), (x - length, p - width, 1)):
        total = total + sign * corner(xi, eta, q, dip, strike_slip, dip_slip, opening)
    return total


def corner(xi, eta, q, dip, strike_slip, dip_slip, opening):
    """One term of Chinnery's notation."""
    sine, cosine = np.sin(dip), np.cos(dip)
    radius = np.sqrt(xi * xi + eta * eta + q * q)
    y, depth = eta * cosine + q * sine, eta * sine - q * cosine
    # Okada's rules for singular points: these terms vanish there.
    along, beyond = inverse(radius + eta), inverse(radius + xi)
    angle = np.arctan(xi * eta * inverse(q * radius))
    first, second, third, fourth, fifth = media(xi, eta, q, dip, radius)
    parts = np.zeros((3, *np.broadcast(xi, eta, q).shape))
    if strike_slip:
        parts -= strike_slip * np.array([
            xi * q * along / radius + angle + first * sine,
            y * q * along / radius + q * cosine * along + second * sine,
            depth * q * along / radius + q * sine * along + fourth * sine])
    if dip_slip:
        parts -= dip_slip * np.array([
            q / radius - third * sine * cosine,
            y * q * beyond / radius + cosine * angle - first * sine * cosine,
            depth * q * beyond / radius + sine * angle - fifth * sine * cosine])
    if opening:
        twist = xi * q * along / radius - angle
        parts += opening * np.array([
            q * q * along / radius - third * sine**2,
            -depth * q * beyond / radius - sine * twist - first * sine**2,
            y * q * beyond / radius + cosine * twist - fifth * sine**2])
    return parts / (2 * np.pi)


def media(xi, eta, q, dip, radius):
    """I1 … I5, which depend on the medium (equations 28 and 29)."""
    sine, cosine = np.sin(dip), np.cos(dip)
    y, depth = eta * cosine + q * sine, eta * sine - q * cosine
    lower = radius + depth
    singular = radius + eta < TINY
    logarithm = np.log(np.where(singular, radius - eta, radius + eta)) * np.where(singular, -1, 1)
    if abs(cosine) < 1e-6:
        first = -A / 2 * xi * q / lower**2
        third = A / 2 * (eta / lower + y * q / lower**2 - logarithm)
        fourth, fifth = -A * q / lower, -A * xi * sine / lower
    else:
        reach = np.sqrt(xi * xi + q * q)
        fifth = A * 2 / cosine * np.arctan(
            (eta * (reach + q * cosine) + reach * (radius + reach) * sine)
            * inverse(xi * (radius + reach) * cosine))
        fourth = A / cosine * (np.log(lower) - sine * logarithm)
        third = A * (y / (cosine * lower) - logarithm) + sine / cosine * fourth
        first = -A / cosine * xi / lower - sine / cosine * fifth
    return first, -A * logarithm - third, third, fourth, fifth


def inverse(values):
    """1 / values, and 0 where these are 0 to within rounding."""
    tiny = np.abs(values) < TINY
    return np.where(tiny, 0, 1 / np.where(tiny, 1, values))
